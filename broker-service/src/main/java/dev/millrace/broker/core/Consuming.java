package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The consumers' side: links, handing out and settling; {@link Failing} says what becomes of deliveries that failed. */
final class Consuming {

    /** Unsettled deliveries that one link may hold, whatever credit it gives. */
    static final int MAX_UNSETTLED = 1_000;

    /** Messages that go in one piece because their time is over; the rest follows right after. */
    private static final int MAX_PASSED_OVER = 256;

    private static final long STEP_PAUSE_MILLIS = 1;

    private static final String LINK_LOST = "link lost with the delivery unsettled";
    private static final String LOCK_EXPIRED = "lock expired";

    private final Ledger ledger;
    private final Failing failing;
    private final Sources sources;
    private final Selecting selecting;
    private final Lives lives;
    private final Map<ConsumerLink, Consumer> consumers = new IdentityHashMap<>();
    private long nextDeliveryId = 1;

    Consuming(
            Ledger ledger,
            Destinations destinations,
            RandomGenerator random,
            DeadLetterRetention deadLetterRetention,
            Temporaries temporaries,
            Lives lives) {
        this.lives = lives;
        this.ledger = ledger;
        failing = new Failing(ledger, destinations, random, deadLetterRetention, lives, this);
        sources = new Sources(ledger, destinations, this, temporaries);
        selecting = new Selecting(ledger, this);
    }

    void attach(Command.AttachConsumer command, long now) {
        try {
            Sources.Found found = sources.find(command, now);
            Subscription subscription = found.subscription();
            Consumer consumer = new Consumer(command.link(), subscription, command.settled());
            consumer.owner = found.owner();
            Selecting.join(consumer, found.wanted(), found.filter());
            consumers.put(command.link(), consumer);
            subscription.consumers.add(consumer);
            ledger.let(new Effect.ConsumerAttached(command.link(), found.attachment()));
        } catch (Destinations.Refusal refusal) {
            ledger.let(new Effect.ConsumerRefused(command.link(), refusal.error()));
        }
    }

    /** Takes new credit; returns the subscription concerned, or null if the link is gone. */
    Subscription flow(Command.Flow command, long now) {
        Consumer consumer = consumers.get(command.link());
        if (consumer == null) {
            return null;
        }
        long underWay = consumer.delivered - command.deliveriesSeen();
        consumer.credit = (int) Math.max(0, command.credit() - underWay);
        consumer.drain = command.drain();
        consumer.subscription.isDraining |= isDraining(consumer);
        offer(consumer);
        dispatch(consumer.subscription, now);
        return consumer.subscription;
    }

    private static boolean isDraining(Consumer consumer) {
        return consumer.drain != Command.Flow.NO_DRAIN;
    }

    /** Tells those who wait for it that nothing more is there, unless there may be something not looked at yet. */
    private void answerDrains(Subscription subscription) {
        if (subscription.isDraining && (subscription.paused || !selecting.isBehind(subscription))) {
            subscription.isDraining = false;
            subscription.consumers.stream().filter(Consuming::isDraining).forEach(this::drained);
        }
    }

    private void drained(Consumer consumer) {
        ledger.let(new Effect.Drained(consumer.link, consumer.drain));
        consumer.credit = 0;
        consumer.drain = Command.Flow.NO_DRAIN;
    }

    /** Settles; returns the subscription concerned, or null if the link is gone. */
    Subscription settle(Command.Settle command, long now) {
        Consumer consumer = consumers.get(command.link());
        if (consumer == null) {
            return null;
        }
        Subscription subscription = consumer.subscription;
        List<InFlight> deliveries = unlock(consumer, command.deliveryIds(), now);
        switch (command.outcome()) {
            case Outcome.Accepted accepted -> accept(subscription, deliveries, now);
            case Outcome.Released released -> deliveries.forEach(delivery -> subscription.release(delivery.offset()));
            case Outcome.Modified modified -> deliveries.forEach(delivery -> modify(delivery, modified, now));
            case Outcome.Rejected rejected ->
                deliveries.forEach(
                        delivery -> failing.deadLetter(delivery, Death.Reason.REJECTED, rejected.error(), true, now));
        }
        offer(consumer);
        dispatch(subscription, now);
        return subscription;
    }

    private static List<InFlight> unlock(Consumer consumer, long[] ids, long now) {
        Subscription subscription = consumer.subscription;
        List<InFlight> deliveries = new ArrayList<>(ids.length);
        for (long id : ids) {
            InFlight delivery = subscription.unlock(id, consumer);
            // Retention may have taken the message meanwhile.
            if (delivery != null && !subscription.settled.contains(delivery.offset())) {
                deliveries.add(delivery);
            }
        }
        if (!deliveries.isEmpty()) {
            long handedOutAt = deliveries.getFirst().lockedUntil() - subscription.settings.lockMillis();
            subscription.load.settled(consumer, deliveries.size(), handedOutAt, now);
        }
        return deliveries;
    }

    // ---- in a transaction

    /** Takes deliveries from their consumer, for a settlement that comes later. */
    List<InFlight> take(Command.Settle command, long now) {
        Consumer consumer = consumers.get(command.link());
        return consumer == null ? List.of() : unlock(consumer, command.deliveryIds(), now);
    }

    /** Settles one that was taken. */
    void settle(InFlight delivery, Outcome outcome, long now) {
        if (isGone(delivery)) {
            return;
        }
        switch (outcome) {
            case Outcome.Accepted accepted -> accept(delivery.consumer().subscription, List.of(delivery), now);
            case Outcome.Released released -> delivery.consumer().subscription.release(delivery.offset());
            case Outcome.Modified modified -> modify(delivery, modified, now);
            case Outcome.Rejected rejected ->
                failing.deadLetter(delivery, Death.Reason.REJECTED, rejected.error(), true, now);
        }
    }

    /** Gives back what was taken, as failed attempts; those that failed equally often stay in their order. */
    void giveBack(List<InFlight> deliveries, String error, long now) {
        double draw = failing.draw();
        for (InFlight delivery : deliveries) {
            if (!isGone(delivery)) {
                failing.fail(delivery, error, 0, draw, now);
            }
        }
    }

    /** Hands out what there is, after deliveries were taken, settled or given back. */
    void goOn(List<InFlight> deliveries, long now) {
        Set<Consumer> concerned = new LinkedHashSet<>();
        deliveries.forEach(delivery -> concerned.add(delivery.consumer()));
        for (Consumer consumer : concerned) {
            if (consumers.get(consumer.link) == consumer) {
                offer(consumer);
            }
            if (ledger.topology.subscription(consumer.subscription.id) == consumer.subscription) {
                dispatch(consumer.subscription, now);
            }
        }
    }

    private boolean isGone(InFlight delivery) {
        Subscription subscription = delivery.consumer().subscription;
        return ledger.topology.subscription(subscription.id) != subscription || !subscription.isOpen(delivery);
    }

    private void accept(Subscription subscription, List<InFlight> deliveries, long now) {
        LongArrayList offsets = new LongArrayList(deliveries.size());
        for (InFlight delivery : deliveries) {
            offsets.add(delivery.offset());
            lives.settled(delivery, now);
        }
        if (!offsets.isEmpty()) {
            settle(subscription, offsets.toLongArray());
        }
    }

    void settle(Subscription subscription, long... offsets) {
        if (subscription.durable) {
            ledger.record(new Fact.Settled(subscription.id, offsets));
        } else {
            ledger.settle(subscription, offsets);
        }
    }

    private void modify(InFlight delivery, Outcome.Modified modified, long now) {
        if (!modified.failed()) {
            delivery.consumer().subscription.release(delivery.offset());
        } else if (modified.undeliverableHere()) {
            failing.deadLetter(delivery, Death.Reason.UNDELIVERABLE, modified.error(), true, now);
        } else {
            failing.fail(delivery, modified.error(), modified.deliverAt(), now);
        }
    }

    /** Ends a link; returns its subscription, or null if the link is gone already. */
    Subscription detach(Command.DetachConsumer command, long now) {
        Consumer consumer = consumers.remove(command.link());
        if (consumer == null) {
            return null;
        }
        Subscription subscription = consumer.subscription;
        subscription.consumers.remove(consumer);
        subscription.willing.remove(consumer);
        Selecting.leave(consumer);
        if (subscription.consumers.isEmpty() && endsWith(consumer, command.closed())) {
            return subscription;
        }
        List<InFlight> lost = new ArrayList<>();
        for (InFlight delivery : subscription.inFlight.values()) {
            if (delivery.consumer() == consumer) {
                lost.add(delivery);
            }
        }
        lost.sort(Comparator.comparingLong(InFlight::offset));
        for (InFlight delivery : lost) {
            subscription.unlock(delivery.deliveryId(), consumer);
            if (delivery.number() > command.deliveriesSeen()) {
                subscription.release(delivery.offset());
            } else {
                failing.fail(delivery, LINK_LOST, 0, now);
            }
        }
        dispatch(subscription, now);
        return subscription;
    }

    /** Lets a subscription go with its last consumer, if it is to; answers whether it went. */
    private boolean endsWith(Consumer consumer, boolean closed) {
        Subscription subscription = consumer.subscription;
        if (!subscription.durable && subscription.stream.topic) {
            ledger.topology.remove(subscription);
            return true;
        }
        if (subscription.durable && closed && consumer.owner) {
            end(subscription);
            return true;
        }
        return false;
    }

    /** A durable subscription that nobody uses ends, and its dead letters with it. */
    void end(Subscription subscription) {
        Subscription deadLetters = ledger.topology.subscription(subscription.name + Address.DEAD_LETTER_SUFFIX);
        if (deadLetters != null) {
            close(
                    deadLetters,
                    new BrokerError(
                            BrokerError.Code.RESOURCE_DELETED, "'" + subscription.name + "' was unsubscribed."));
        }
        ledger.record(new SteeringFact.SubscriptionDeleted(subscription.id));
        goOnSoon(subscription.stream);
    }

    /** Lets publishers send whom a subscription may have kept from it. */
    void goOnSoon(Stream topic) {
        ledger.deadlines.set(topic, 0);
    }

    /** The same consumer has come back on another link: the old one ends as if it had been lost. */
    void steal(Subscription subscription, long now) {
        for (Consumer consumer : List.copyOf(subscription.consumers)) {
            detach(new Command.DetachConsumer(consumer.link, consumer.delivered), now);
            ledger.let(new Effect.ConsumerClosed(
                    consumer.link,
                    new BrokerError(
                            BrokerError.Code.LINK_STOLEN,
                            "the subscription '" + subscription.name + "' is used by a newer link")));
        }
    }

    /** Ends all links of a subscription that goes. */
    void close(Subscription subscription, BrokerError error) {
        for (Consumer consumer : subscription.consumers) {
            consumers.remove(consumer.link);
            ledger.let(new Effect.ConsumerClosed(consumer.link, error));
        }
        subscription.consumers.clear();
        subscription.willing.clear();
    }

    /** Tells consumers that what they hold is no longer theirs; it is forgotten by the fact that follows. */
    void takeBackAll(Subscription subscription) {
        for (InFlight delivery : subscription.inFlight.values()) {
            ledger.let(new Effect.LockExpired(delivery.consumer().link, delivery.deliveryId()));
        }
    }

    /** Hands out what there is, to consumers that could take nothing before, too. */
    void offerAll(Subscription subscription, long now) {
        subscription.consumers.forEach(Consuming::offer);
        dispatch(subscription, now);
    }

    /** Lets happen what is due on a subscription. */
    void check(Subscription subscription, long now) {
        if (ledger.topology.subscription(subscription.id) != subscription) {
            return;
        }
        InFlight oldest = subscription.oldestLock();
        while (oldest != null && oldest.lockedUntil() <= now) {
            Consumer consumer = oldest.consumer();
            subscription.unlock(oldest.deliveryId(), consumer);
            failing.fail(oldest, LOCK_EXPIRED, 0, now);
            ledger.let(new Effect.LockExpired(consumer.link, oldest.deliveryId()));
            offer(consumer);
            oldest = subscription.oldestLock();
        }
        subscription.wakeDelayed(now);
        subscription.expectDelayed(now, offset -> ledger.expect(subscription.stream, offset));
        dispatch(subscription, now);
        subscription.setDeadline(now);
    }

    /** Puts a consumer in the row of those that can be given something. */
    private static void offer(Consumer consumer) {
        if (canTake(consumer) && !consumer.subscription.willing.contains(consumer)) {
            consumer.subscription.willing.add(consumer);
        }
    }

    static boolean canTake(Consumer consumer) {
        return consumer.credit > 0 && consumer.unsettled < MAX_UNSETTLED;
    }

    /** Hands out what there is to the consumers that can take it, to each in turn. */
    void dispatch(Subscription subscription, long now) {
        // Also while it is paused: what it does not want is not to fill it.
        selecting.scan(subscription, now);
        if (subscription.paused) {
            answerDrains(subscription);
            return;
        }
        subscription.isPassing = false;
        if (subscription.matchmaker != null) {
            selecting.dispatch(subscription, now);
        } else {
            handOut(subscription, now);
        }
        answerDrains(subscription);
    }

    private void handOut(Subscription subscription, long now) {
        int passedOver = 0;
        while (!subscription.willing.isEmpty()) {
            Consumer consumer = subscription.willing.peek();
            if (!canTake(consumer)) {
                subscription.willing.remove();
                continue;
            }
            long offset = subscription.next(now);
            if (offset < 0) {
                return;
            }
            StoredMessage stored = ledger.read(subscription.stream, offset);
            if (passesOver(subscription, offset, stored) || expires(subscription, offset, stored, now)) {
                if (++passedOver == MAX_PASSED_OVER) {
                    subscription.isPassing = true;
                    ledger.deadlines.set(subscription, now + STEP_PAUSE_MILLIS);
                    return;
                }
                continue;
            }
            subscription.willing.remove();
            hand(consumer, offset, stored, now);
            if (canTake(consumer)) {
                subscription.willing.add(consumer);
            }
        }
    }

    void hand(Consumer consumer, long offset, StoredMessage stored, long now) {
        Subscription subscription = consumer.subscription;
        long id = nextDeliveryId++;
        long lockedUntil = consumer.settled ? 0 : now + subscription.settings.lockMillis();
        consumer.credit--;
        consumer.delivered++;
        int failures = subscription.failures(offset);
        InFlight delivery = new InFlight(
                id,
                offset,
                consumer,
                consumer.delivered,
                lockedUntil,
                lives.keyOf(stored),
                failures + 1,
                Lives.isTroubled(stored, failures),
                stored.enqueuedAt(),
                now);
        lives.delivered(delivery);
        if (consumer.settled) {
            settle(subscription, offset);
            lives.settled(delivery, now);
        } else {
            consumer.unsettled++;
            subscription.lock(delivery);
        }
        ledger.let(new Effect.Delivered(
                consumer.link,
                new Delivery(
                        id,
                        stored.message(),
                        offset,
                        stored.enqueuedAt(),
                        failures,
                        lockedUntil,
                        stored.replays(),
                        subscription.isDeadLetterQueue() ? stored.deaths() : List.of())));
    }

    /** Passes over what was replayed to another subscription of the topic; answers whether it was. */
    boolean passesOver(Subscription subscription, long offset, StoredMessage stored) {
        if (subscription.concerns(stored)) {
            return false;
        }
        // No fact: what a restart forgets is passed over again.
        subscription.settle(offset);
        return true;
    }

    /** Dead-letters a message whose time is over; answers whether it was. */
    boolean expires(Subscription subscription, long offset, StoredMessage stored, long now) {
        if (stored.message().expiresAt() == 0 || stored.message().expiresAt() > now) {
            return false;
        }
        failing.expire(subscription, offset, stored, now);
        return true;
    }
}

package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The consumers' side: links, handing out, settling, retries and dead letters. */
final class Consuming {

    /** Unsettled deliveries that one link may hold, whatever credit it gives. */
    static final int MAX_UNSETTLED = 1_000;

    private static final String LINK_LOST = "link lost with the delivery unsettled";
    private static final String LOCK_EXPIRED = "lock expired";

    private final Ledger ledger;
    private final Destinations destinations;
    private final RandomGenerator random;
    private final Map<ConsumerLink, Consumer> consumers = new IdentityHashMap<>();
    private long nextDeliveryId = 1;

    Consuming(Ledger ledger, Destinations destinations, RandomGenerator random) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.random = random;
    }

    void attach(Command.AttachConsumer command) {
        try {
            Subscription subscription = destinations.source(command.source());
            if (subscription == null) {
                subscription = destinations.privateSubscription(destinations.topic(command.source()));
            }
            Consumer consumer = new Consumer(command.link(), subscription, command.settled());
            consumers.put(command.link(), consumer);
            subscription.consumers.add(consumer);
            ledger.let(new Effect.ConsumerAttached(command.link()));
        } catch (Destinations.Refusal refusal) {
            ledger.let(new Effect.ConsumerRefused(command.link(), refusal.error()));
        }
    }

    void flow(Command.Flow command, long now) {
        Consumer consumer = consumers.get(command.link());
        if (consumer == null) {
            return;
        }
        long underWay = consumer.delivered - command.deliveriesSeen();
        consumer.credit = (int) Math.max(0, command.credit() - underWay);
        consumer.drain = command.drain();
        offer(consumer);
        dispatch(consumer.subscription, now);
        if (consumer.drain) {
            consumer.credit = 0;
            consumer.drain = false;
            ledger.let(new Effect.Drained(consumer.link));
        }
    }

    /** Settles; returns the subscription concerned, or null if the link is gone. */
    Subscription settle(Command.Settle command, long now) {
        Consumer consumer = consumers.get(command.link());
        if (consumer == null) {
            return null;
        }
        Subscription subscription = consumer.subscription;
        List<InFlight> deliveries = new ArrayList<>(command.deliveryIds().length);
        for (long id : command.deliveryIds()) {
            InFlight delivery = subscription.unlock(id, consumer);
            // Retention may have taken the message meanwhile.
            if (delivery != null && !subscription.settled.contains(delivery.offset())) {
                deliveries.add(delivery);
            }
        }
        switch (command.outcome()) {
            case Outcome.Accepted accepted -> accept(subscription, deliveries);
            case Outcome.Released released -> deliveries.forEach(delivery -> subscription.release(delivery.offset()));
            case Outcome.Modified modified -> deliveries.forEach(delivery -> modify(delivery, modified, now));
            case Outcome.Rejected rejected ->
                deliveries.forEach(
                        delivery -> deadLetter(delivery, Death.Reason.REJECTED, rejected.error(), true, now));
        }
        offer(consumer);
        dispatch(subscription, now);
        return subscription;
    }

    private void accept(Subscription subscription, List<InFlight> deliveries) {
        LongArrayList offsets = new LongArrayList(deliveries.size());
        for (InFlight delivery : deliveries) {
            offsets.add(delivery.offset());
        }
        if (!offsets.isEmpty()) {
            settle(subscription, offsets.toLongArray());
        }
    }

    private void settle(Subscription subscription, long... offsets) {
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
            deadLetter(delivery, Death.Reason.UNDELIVERABLE, modified.error(), true, now);
        } else {
            fail(delivery, modified.error(), modified.deliverAt(), now);
        }
    }

    private void fail(InFlight delivery, String error, long deliverAt, long now) {
        Subscription subscription = delivery.consumer().subscription;
        if (subscription.settled.contains(delivery.offset())) {
            return;
        }
        int failures = subscription.failures(delivery.offset()) + 1;
        subscription.failedCount++;
        QueueSettings settings = subscription.settings;
        if (failures >= settings.maxDeliveryAttempts() && !subscription.isDeadLetterQueue()) {
            deadLetter(delivery, Death.Reason.ATTEMPTS_EXHAUSTED, error, false, now);
            return;
        }
        long dueAt = deliverAt > 0
                ? Math.max(now, deliverAt)
                : now + settings.backoff().millis(failures, random.nextDouble());
        if (subscription.durable) {
            ledger.record(new Fact.AttemptFailed(subscription.id, delivery.offset(), failures, dueAt));
        } else {
            subscription.fail(delivery.offset(), failures, dueAt);
        }
        subscription.retry(delivery.offset());
    }

    private void deadLetter(InFlight delivery, Death.Reason reason, String error, boolean count, long now) {
        Subscription subscription = delivery.consumer().subscription;
        if (count) {
            subscription.failedCount++;
        }
        StoredMessage stored = ledger.read(subscription.stream, delivery.offset());
        ConsumerLink link = delivery.consumer().link;
        deadLetter(
                subscription,
                delivery.offset(),
                stored,
                new Death(
                        subscription.name,
                        subscription.stream.name,
                        reason,
                        now,
                        subscription.failures(delivery.offset()) + 1,
                        link.container(),
                        link.name(),
                        error.isEmpty() ? reason.label() : error),
                now);
    }

    private void deadLetter(Subscription subscription, long offset, StoredMessage stored, Death death, long now) {
        if (subscription.isDeadLetterQueue() || !subscription.durable) {
            // What a dead-letter queue's own consumer throws away, or a private subscription's, is gone.
            settle(subscription, offset);
            return;
        }
        Subscription target = destinations.deadLettersOf(subscription);
        List<Death> deaths = new ArrayList<>(stored.deaths());
        deaths.add(death);
        ledger.record(new StoredMessage.DeadLettered(
                subscription.id,
                offset,
                target.stream.id,
                target.stream.index.next(),
                stored.enqueuedAt(),
                List.copyOf(deaths),
                withoutTimes(stored.message())));
        dispatch(target, now);
    }

    /** A dead letter neither expires nor waits for its time. */
    private static Message withoutTimes(Message message) {
        return new Message(
                message.payload(),
                message.annotationsLength(),
                message.annotationsCount(),
                message.messageId(),
                message.orderingKey(),
                message.priority(),
                message.durable(),
                0,
                0);
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
        if (!subscription.durable) {
            ledger.topology.remove(subscription);
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
                fail(delivery, LINK_LOST, 0, now);
            }
        }
        dispatch(subscription, now);
        return subscription;
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
            fail(oldest, LOCK_EXPIRED, 0, now);
            ledger.let(new Effect.LockExpired(consumer.link, oldest.deliveryId()));
            offer(consumer);
            oldest = subscription.oldestLock();
        }
        subscription.wakeDelayed(now);
        dispatch(subscription, now);
        subscription.setDeadline();
    }

    /** Puts a consumer in the row of those that can be given something. */
    private static void offer(Consumer consumer) {
        if (canTake(consumer) && !consumer.subscription.willing.contains(consumer)) {
            consumer.subscription.willing.add(consumer);
        }
    }

    private static boolean canTake(Consumer consumer) {
        return consumer.credit > 0 && consumer.unsettled < MAX_UNSETTLED;
    }

    /** Hands out what there is to the consumers that can take it, to each in turn. */
    void dispatch(Subscription subscription, long now) {
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
            if (stored.message().expiresAt() > 0 && stored.message().expiresAt() <= now) {
                expire(subscription, offset, stored, now);
                continue;
            }
            subscription.willing.remove();
            hand(consumer, offset, stored, now);
            if (canTake(consumer)) {
                subscription.willing.add(consumer);
            }
        }
    }

    private void hand(Consumer consumer, long offset, StoredMessage stored, long now) {
        Subscription subscription = consumer.subscription;
        long id = nextDeliveryId++;
        long lockedUntil = consumer.settled ? 0 : now + subscription.settings.lockMillis();
        consumer.credit--;
        consumer.delivered++;
        int failures = subscription.failures(offset);
        if (consumer.settled) {
            settle(subscription, offset);
        } else {
            consumer.unsettled++;
            subscription.lock(new InFlight(id, offset, consumer, consumer.delivered, lockedUntil));
        }
        ledger.let(new Effect.Delivered(
                consumer.link,
                new Delivery(
                        id, stored.message(), offset, stored.enqueuedAt(), failures, lockedUntil, stored.deaths())));
    }

    private void expire(Subscription subscription, long offset, StoredMessage stored, long now) {
        Death death = new Death(
                subscription.name,
                subscription.stream.name,
                Death.Reason.EXPIRED,
                now,
                subscription.failures(offset),
                "",
                "",
                "expired before it could be delivered");
        deadLetter(subscription, offset, stored, death, now);
    }
}

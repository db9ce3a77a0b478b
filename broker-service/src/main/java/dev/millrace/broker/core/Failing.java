package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What becomes of deliveries that failed, and of messages whose time is over: retries and dead letters. */
final class Failing {

    private final Ledger ledger;
    private final Destinations destinations;
    private final RandomGenerator random;
    private final DeadLetterRetention deadLetterRetention;
    private final Lives lives;
    private final Consuming consuming;

    Failing(
            Ledger ledger,
            Destinations destinations,
            RandomGenerator random,
            DeadLetterRetention deadLetterRetention,
            Lives lives,
            Consuming consuming) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.random = random;
        this.deadLetterRetention = deadLetterRetention;
        this.lives = lives;
        this.consuming = consuming;
    }

    /**
     * Notes a failed attempt: the message comes back after its pause, or is given up.
     *
     * @param error what is known of the reason, for people
     * @param deliverAt when it is to come back, in epoch milliseconds; 0 for the subscription's backoff
     */
    void fail(InFlight delivery, String error, long deliverAt, long now) {
        fail(delivery, error, deliverAt, draw(), now);
    }

    /** Which of the possible pauses it is, 0 to 1; the same for those that are to come back in their order. */
    double draw() {
        return random.nextDouble();
    }

    /** The same with a pause that was drawn before. */
    void fail(InFlight delivery, String error, long deliverAt, double draw, long now) {
        Subscription subscription = delivery.consumer().subscription;
        if (subscription.settled.contains(delivery.offset())) {
            return;
        }
        int failures = subscription.failures(delivery.offset()) + 1;
        subscription.failedCount++;
        lives.failed(delivery, error, now);
        QueueSettings settings = subscription.settings;
        if (failures >= settings.maxDeliveryAttempts() && !subscription.isDeadLetterQueue()) {
            deadLetter(delivery, Death.Reason.ATTEMPTS_EXHAUSTED, error, false, now);
            return;
        }
        long dueAt = deliverAt > 0
                ? Math.max(now, deliverAt)
                : now + settings.backoff().millis(failures, draw);
        ConsumerLink link = delivery.consumer().link;
        FailedAttempt attempt = new FailedAttempt(now, link.container(), link.name(), error);
        if (subscription.durable) {
            ledger.record(new Fact.AttemptFailed(subscription.id, delivery.offset(), failures, dueAt, attempt));
        } else {
            subscription.fail(delivery.offset(), failures, dueAt, attempt);
        }
        subscription.retry(delivery.offset());
    }

    /**
     * Gives a message up.
     *
     * @param error what is known of the reason, for people; empty if nothing is
     * @param count whether that is a failed attempt which was not counted yet
     */
    void deadLetter(InFlight delivery, Death.Reason reason, String error, boolean count, long now) {
        Subscription subscription = delivery.consumer().subscription;
        if (count) {
            subscription.failedCount++;
        }
        if (!keepsDeadLetters(subscription)) {
            lives.discarded(delivery, reason, error, now);
        } else {
            lives.died(delivery, reason, error, now);
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
                        error.isEmpty() ? reason.label() : error,
                        subscription.failedAttempts(delivery.offset())),
                now);
    }

    private void deadLetter(Subscription subscription, long offset, StoredMessage stored, Death death, long now) {
        if (!keepsDeadLetters(subscription)) {
            // What a dead-letter queue's own consumer throws away, or a private subscription's, is gone.
            consuming.settle(subscription, offset);
            return;
        }
        Subscription target = destinations.deadLettersOf(subscription);
        List<Death> deaths = new ArrayList<>(stored.deaths());
        deaths.add(death);
        subscription.died.add(death.reason());
        ledger.record(new StoredMessage.DeadLettered(
                subscription.id,
                offset,
                target.stream.id,
                target.stream.index.next(),
                stored.enqueuedAt(),
                stored.replays(),
                List.copyOf(deaths),
                withoutTimes(stored.message())));
        deadLetterRetention.stored(subscription, target.stream, now);
        consuming.dispatch(target, now);
    }

    private static boolean keepsDeadLetters(Subscription subscription) {
        return subscription.durable && !subscription.isDeadLetterQueue();
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

    /** Gives a message up whose time is over. */
    void expire(Subscription subscription, long offset, StoredMessage stored, long now) {
        int failures = subscription.failures(offset);
        lives.expired(subscription, stored, failures, keepsDeadLetters(subscription), now);
        Death death = new Death(
                subscription.name,
                subscription.stream.name,
                Death.Reason.EXPIRED,
                now,
                failures,
                "",
                "",
                "expired before it could be delivered",
                subscription.failedAttempts(offset));
        deadLetter(subscription, offset, stored, death, now);
    }
}

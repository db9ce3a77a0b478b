package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a queue's or subscription's readers may see, in the plainest words: a list of messages, each with its state, looked
 * through from its beginning each time. Slow, and easy to believe.
 */
final class ReferenceReader {
    final String name;
    final QueueSettings settings;
    final List<Entry> entries = new ArrayList<>();
    boolean paused;
    /** By key: the message that was delivered and is not done, which keeps its key. */
    private final Map<String, Entry> owners = new HashMap<>();

    private final List<String> deaths = new ArrayList<>();
    private long deadCount;
    /** Somebody has selected: these are not served by priority. */
    private boolean selected;

    /** One message as this reader sees it. */
    static final class Entry {
        final Message message;
        final long offset;
        int failures;
        /** Not to be delivered before. */
        long due;

        boolean done;
        /** The consumer that holds it; null if it waits. */
        ReferenceConsumer holder;

        long lockedUntil;

        private Entry(Message message, long offset) {
            this.message = message;
            this.offset = offset;
            this.due = message.deliverAt();
        }

        boolean isExpired(long now) {
            return message.expiresAt() != 0 && message.expiresAt() <= now;
        }

        private boolean isInOrder() {
            return message.deliverAt() == 0 || failures > 0;
        }

        private boolean holdsItsKey(long now) {
            return holder != null || due > now || !isExpired(now);
        }

        private boolean waits() {
            return !done && holder == null;
        }

        @Override
        public String toString() {
            return "'" + message.messageId() + "' at offset " + offset;
        }
    }

    /** A consumer: how much it may be given, and what it wants. */
    static final class ReferenceConsumer {
        final boolean settled;
        /** How what it wants begins; null: everything. */
        final String beginning;

        int credit;

        ReferenceConsumer(boolean settled, String beginning, int credit) {
            this.settled = settled;
            this.beginning = beginning;
            this.credit = credit;
        }

        boolean wants(Entry entry) {
            return beginning == null || entry.message.messageId().startsWith(beginning);
        }
    }

    ReferenceReader(String name, QueueSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    void attached(ReferenceConsumer consumer) {
        selected |= consumer.beginning != null;
    }

    void store(Message message) {
        entries.add(new Entry(message, entries.size()));
    }

    // ---- what must not be delivered

    /** Takes note of a delivery, which must have been allowed. */
    Entry delivered(ReferenceConsumer consumer, Delivery delivery, long now) {
        Entry entry = entries.get((int) delivery.offset());
        require(entry.message.messageId().equals(delivery.message().messageId()), entry, "has another id");
        require(!entry.done, entry, "is done");
        require(entry.holder == null, entry, "is with another consumer");
        require(entry.due <= now, entry, "is due at " + entry.due + ", it is " + now);
        require(!entry.isExpired(now), entry, "has expired");
        require(!paused, entry, "comes from a reader that is paused");
        require(consumer.credit > 0, entry, "comes without credit");
        require(consumer.wants(entry), entry, "is not selected");
        require(delivery.failures() == entry.failures, entry, "has failed " + entry.failures + " times");
        require(!isBehindAnother(entry, now, false), entry, "overtakes another one of its key");
        Entry first = first(consumer, now, true);
        require(selected || first == entry || isBehindAnother(entry, now, true), entry, "comes before " + first);
        consumer.credit--;
        if (consumer.settled) {
            finish(entry);
        } else {
            entry.holder = consumer;
            entry.lockedUntil = now + settings.lockMillis();
            if (entry.message.orderingKey() != null) {
                owners.put(entry.message.orderingKey(), entry);
            }
        }
        return entry;
    }

    private void require(boolean condition, Entry entry, String otherwise) {
        if (!condition) {
            throw new AssertionError(name + " delivers " + entry + ", which " + otherwise);
        }
    }

    /** The one of the highest priority, of these the oldest. */
    private Entry first(ReferenceConsumer consumer, long now, boolean surely) {
        Entry first = null;
        for (Entry entry : entries) {
            if (entry.waits()
                    && entry.due <= now
                    && !entry.isExpired(now)
                    && !isBehindAnother(entry, now, surely)
                    && consumer.wants(entry)
                    && (first == null || entry.message.priority() > first.message.priority())) {
                first = entry;
            }
        }
        return first;
    }

    /**
     * One at a time, in their order; what has failed keeps its place.
     *
     * @param perhaps whether it counts that it may be behind one: a scheduled message takes its place in its key's order
     *     when somebody looks at it first after it is due, an expired one leaves it when its turn comes
     */
    private boolean isBehindAnother(Entry entry, long now, boolean perhaps) {
        String key = entry.message.orderingKey();
        if (key == null) {
            return false;
        }
        Entry owner = owners.get(key);
        if (owner != null && owner != entry && (perhaps || owner.holdsItsKey(now))) {
            return true;
        }
        return entries.stream()
                .filter(other -> other != entry && !other.done && key.equals(other.message.orderingKey()))
                .anyMatch(other -> other.offset < entry.offset
                        ? perhaps || other.isInOrder() && other.holdsItsKey(now)
                        : perhaps && !entry.isInOrder());
    }

    // ---- what must be delivered

    /** Nothing waits that a consumer could be given. */
    void checkNothingIsHeldBack(List<ReferenceConsumer> consumers, long now) {
        if (paused) {
            return;
        }
        for (ReferenceConsumer consumer : consumers) {
            Entry held = consumer.credit == 0 ? null : first(consumer, now, false);
            // One that nobody wants keeps its key, also when it has expired.
            if (held != null && (!selected || held.message.orderingKey() == null)) {
                throw new AssertionError(name + " holds " + held + " back from a consumer with credit");
            }
        }
    }

    // ---- what becomes of deliveries

    void settle(Entry entry, Outcome outcome, long now) {
        entry.holder = null;
        switch (outcome) {
            case Outcome.Accepted accepted -> finish(entry);
            case Outcome.Released released -> {}
            case Outcome.Modified modified when !modified.failed() -> {}
            case Outcome.Modified modified when modified.undeliverableHere() -> die(entry, "undeliverable");
            case Outcome.Modified modified ->
                fail(entry, modified.deliverAt() > 0 ? Math.max(now, modified.deliverAt()) : 0, now);
            case Outcome.Rejected rejected -> die(entry, "rejected");
        }
    }

    private void fail(Entry entry, long deliverAt, long now) {
        entry.failures++;
        if (entry.failures >= settings.maxDeliveryAttempts()) {
            die(entry, "attempts-exhausted");
        } else {
            entry.due = deliverAt > 0 ? deliverAt : now + settings.backoff().millis(entry.failures, 0.5);
        }
    }

    private void die(Entry entry, String reason) {
        deadCount++;
        deaths.add(entry.message.messageId() + ": " + reason);
        finish(entry);
    }

    private void finish(Entry entry) {
        entry.done = true;
        entry.holder = null;
        owners.remove(entry.message.orderingKey(), entry);
    }

    /** Locks that have run out are failed attempts; answers of whom. */
    List<Entry> expireLocks(long now) {
        List<Entry> expired = entries.stream()
                .filter(entry -> entry.holder != null && entry.lockedUntil <= now)
                .toList();
        expired.forEach(entry -> {
            entry.holder = null;
            fail(entry, 0, now);
        });
        return expired;
    }

    /** What it held are failed attempts. */
    void detach(ReferenceConsumer consumer, long now) {
        for (Entry entry : entries) {
            if (entry.holder == consumer) {
                entry.holder = null;
                fail(entry, 0, now);
            }
        }
    }

    /** A crash: who held what is forgotten, and nothing else. */
    void restart() {
        entries.forEach(entry -> entry.holder = null);
        owners.clear();
        selected = false;
    }

    /** @param view of before: of the expired messages some have been dead-lettered, and come again now */
    void seek(long offset, DestinationView view) {
        deadCount = view.deadLetters();
        owners.clear();
        selected = false;
        for (Entry entry : entries) {
            entry.holder = null;
            entry.failures = 0;
            entry.due = entry.message.deliverAt();
            entry.done = entry.offset < offset;
        }
    }

    // ---- what the broker says of it

    /** An expired message is done when somebody looks at it; till then it counts. */
    void check(DestinationView view, long now) {
        long expired = entries.stream()
                .filter(entry -> entry.waits() && entry.isExpired(now))
                .count();
        long depth = entries.stream().filter(entry -> !entry.done).count();
        long gone = view.deadLetters() - deadCount;
        if (gone < 0 || gone > expired || view.depth() != depth - gone) {
            throw new AssertionError("%s has %d messages and %d dead letters, expected %d and %d, %d of them expired"
                    .formatted(name, view.depth(), view.deadLetters(), depth, deadCount, expired));
        }
        long inFlight = entries.stream().filter(entry -> entry.holder != null).count();
        if (view.inFlight() != inFlight) {
            throw new AssertionError("%s has %d in flight, expected %d".formatted(name, view.inFlight(), inFlight));
        }
    }

    /** Every dead letter was given up for that reason; of the expired ones it is enough that they have expired. */
    void checkDeadLetters(List<String> found, long now) {
        List<String> missing = new ArrayList<>(deaths);
        for (String death : found) {
            boolean expired = entries.stream()
                    .anyMatch(entry -> entry.isExpired(now) && death.equals(entry.message.messageId() + ": expired"));
            if (!missing.remove(death) && !expired) {
                throw new AssertionError(name + " has the dead letter " + death + ", expected " + deaths);
            }
        }
        if (!missing.isEmpty()) {
            throw new AssertionError(name + " has lost the dead letters " + missing + ", it has " + found);
        }
    }
}

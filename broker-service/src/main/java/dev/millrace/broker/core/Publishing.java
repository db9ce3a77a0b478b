package dev.millrace.broker.core;

import dev.millrace.broker.log.DiskState;
import java.util.IdentityHashMap;
import java.util.Map;

/** The publishers' side: links, their credit, and storing what they send. */
final class Publishing {

    /** Messages that a publisher may send ahead of their outcome. */
    static final int CREDIT_WINDOW = 2_000;

    /**
     * A queue takes up to this many times its bound: a publisher whose messages each name their destination has its
     * credit from none of them.
     */
    private static final int OVERSHOOT = 2;

    private final Ledger ledger;
    private final Destinations destinations;
    private final Consuming consuming;
    private final Retention retention;
    private final Map<PublisherLink, Publisher> publishers = new IdentityHashMap<>();
    private DiskState disk = DiskState.ENOUGH;

    Publishing(Ledger ledger, Destinations destinations, Consuming consuming, Retention retention) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.consuming = consuming;
        this.retention = retention;
    }

    /** Takes note of the disk's room. */
    void disk(DiskState state) {
        disk = state;
        publishers.values().forEach(this::grant);
    }

    boolean isDiskFull() {
        return disk == DiskState.FULL;
    }

    void attach(Command.AttachPublisher command) {
        Terminus target = command.target();
        try {
            Stream stream = target.address() == null ? null : destinations.target(target.address(), target.kind());
            Publisher publisher = new Publisher(command.link(), stream);
            int credit = (int) Math.clamp(room(publisher), 0, CREDIT_WINDOW);
            publisher.outstanding = credit;
            publishers.put(command.link(), publisher);
            if (stream != null) {
                stream.publishers.add(publisher);
            }
            ledger.let(new Effect.PublisherAttached(command.link(), credit));
        } catch (Destinations.Refusal refusal) {
            ledger.let(new Effect.PublisherRefused(command.link(), refusal.error()));
        }
    }

    void publish(Command.Publish command, long now) {
        Publisher publisher = publishers.get(command.link());
        if (publisher == null) {
            return;
        }
        publisher.outstanding--;
        try {
            Stream stream = publisher.target != null
                    ? publisher.target
                    : destinations.target(requireDestination(command.destination()), Terminus.Kind.ANY);
            requireRoom(stream);
            ledger.record(new StoredMessage.Published(stream.id, stream.index.next(), now, command.message()));
            if (!command.settled()) {
                ledger.let(new Effect.Accepted(command.link(), command.tag()));
            }
            for (Subscription subscription : stream.subscriptions) {
                consuming.dispatch(subscription, now);
            }
            retention.stored(stream, now);
        } catch (Destinations.Refusal refusal) {
            if (!command.settled()) {
                ledger.let(new Effect.Rejected(command.link(), command.tag(), refusal.error()));
            }
        }
        grant(publisher);
    }

    private static String requireDestination(String destination) {
        if (destination == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "A message on a link without an address has to name its destination in 'to'.");
        }
        return destination;
    }

    private void requireRoom(Stream stream) {
        if (isDiskFull()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + stream.name + "' takes nothing now: the broker's disk is full.");
        }
        if (!stream.topic
                && stream.depth() >= OVERSHOOT * stream.only().settings.maxMessages()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + stream.name + "' is full: " + stream.depth() + " messages wait there.");
        }
    }

    void detach(PublisherLink link) {
        Publisher publisher = publishers.remove(link);
        if (publisher != null && publisher.target != null) {
            publisher.target.publishers.remove(publisher);
            grantAll(publisher.target);
        }
    }

    /** Gives the publishers of a stream what it can take now. */
    void grantAll(Stream stream) {
        for (Publisher publisher : stream.publishers) {
            grant(publisher);
        }
    }

    /** Refills at half, so that credit goes out in large pieces and before a publisher runs dry. */
    private void grant(Publisher publisher) {
        if (publisher.outstanding > CREDIT_WINDOW / 2) {
            return;
        }
        long missing = CREDIT_WINDOW - publisher.outstanding;
        int credit = (int) Math.clamp(room(publisher), 0, missing);
        if (credit > 0) {
            publisher.outstanding += credit;
            ledger.let(new Effect.Granted(publisher.link, credit));
        }
    }

    /** How many more messages this publisher's destination and the disk can take. */
    private long room(Publisher publisher) {
        if (disk != DiskState.ENOUGH) {
            return 0;
        }
        return publisher.target == null ? CREDIT_WINDOW : publisher.target.room();
    }
}

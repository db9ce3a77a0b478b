package dev.millrace.broker.core;

import dev.millrace.broker.log.DiskState;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The publishers' side: links, their credit, and storing what they send. */
final class Publishing {

    /** Messages that a publisher may send ahead of their outcome. */
    static final int CREDIT_WINDOW = 2_000;

    private final Ledger ledger;
    private final Destinations destinations;
    private final Consuming consuming;
    private final Retention retention;
    private final Bounds bounds;
    private final Temporaries temporaries;
    private final Lives lives;
    private final Map<PublisherLink, Publisher> publishers = new IdentityHashMap<>();
    private DiskState disk = DiskState.ENOUGH;

    Publishing(
            Ledger ledger,
            Destinations destinations,
            Consuming consuming,
            Retention retention,
            Bounds bounds,
            Temporaries temporaries,
            Lives lives) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.consuming = consuming;
        this.retention = retention;
        this.bounds = bounds;
        this.temporaries = temporaries;
        this.lives = lives;
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
            boolean temporary = target.kind().isTemporary();
            Stream stream = temporary
                    ? temporaries.make(command.link(), target.kind())
                    : target.address() == null ? null : destinations.target(target.address(), target.kind());
            Publisher publisher = new Publisher(command.link(), stream);
            publishers.put(command.link(), publisher);
            if (stream != null) {
                stream.publishers.add(publisher);
            }
            int credit = (int) Math.clamp(credit(publisher), 0, CREDIT_WINDOW);
            publisher.outstanding = credit;
            ledger.let(new Effect.PublisherAttached(command.link(), credit, temporary ? stream.name : null));
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
            Stream stream = target(publisher, command);
            if (findDuplicate(stream, command.message(), now) < 0) {
                requireConforming(stream, command.message(), now);
                List<Binding> routes = stream.routes(command.message(), now);
                requireRoom(stream, routes, command.message(), now);
                store(stream, routes, command.message(), now);
            }
            if (!command.settled()) {
                ledger.let(new Effect.Accepted(command.link(), command.tag()));
            }
        } catch (Destinations.Refusal refusal) {
            if (!command.settled()) {
                ledger.let(new Effect.Rejected(command.link(), command.tag(), refusal.error()));
            }
        }
        grant(publisher);
    }

    private Stream target(Publisher publisher, Command.Publish command) {
        return publisher.target != null
                ? publisher.target
                : destinations.target(requireDestination(command.destination()), Terminus.Kind.ANY);
    }

    // ---- in a transaction

    /**
     * Takes a message's credit and says where it is to go; null if its link is gone.
     *
     * @throws Destinations.Refusal if it cannot be stored
     */
    Stream take(Command.Publish command, long now) {
        Publisher publisher = publishers.get(command.link());
        if (publisher == null) {
            return null;
        }
        publisher.outstanding--;
        Stream stream = target(publisher, command);
        requireConforming(stream, command.message(), now);
        requireRoom(stream, stream.routes(command.message(), now), command.message(), now);
        return stream;
    }

    /** Gives a publisher what its destination can take now. */
    void grant(PublisherLink link) {
        Publisher publisher = publishers.get(link);
        if (publisher != null) {
            grant(publisher);
        }
    }

    /**
     * @throws Destinations.Refusal if a message that was taken can no longer be stored
     */
    void requireOpen(Stream stream, Message message, long now) {
        if (ledger.topology.stream(stream.name) != stream) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_DELETED, "'" + stream.name + "' was deleted meanwhile.");
        }
        requireRoom(stream, stream.routes(message, now), message, now);
    }

    /**
     * Stores a message, and nothing else.
     *
     * @param grown takes where it was stored: nowhere if it is a duplicate
     */
    void storeOnly(Stream stream, Message message, long now, Set<Stream> grown) {
        if (findDuplicate(stream, message, now) < 0) {
            List<Binding> routes = stream.routes(message, now);
            recordAll(stream, routes, message, now);
            grown.add(stream);
            routes.forEach(route -> grown.add(route.queue));
        }
    }

    /** The offset of the message that came with this one's id before, within the stream's window; -1 if none did. */
    private static long findDuplicate(Stream stream, Message message, long now) {
        DuplicateWindow duplicates = stream.duplicates();
        return duplicates == null ? -1 : duplicates.findDuplicate(message.messageId(), now);
    }

    private void store(Stream stream, List<Binding> routes, Message message, long now) {
        if (routes.isEmpty()) {
            record(stream, message, now);
        } else {
            ledger.atomically(() -> recordAll(stream, routes, message, now));
        }
        stored(stream, now);
        for (Binding route : routes) {
            stored(route.queue, now);
        }
    }

    private void recordAll(Stream stream, List<Binding> routes, Message message, long now) {
        record(stream, message, now);
        recordRouted(routes, message, now);
    }

    /** Stores a message in the queues that it is routed to, and nothing else. */
    void recordRouted(List<Binding> routes, Message message, long now) {
        for (Binding route : routes) {
            if (findDuplicate(route.queue, message, now) < 0) {
                record(route.queue, message, now);
                route.routed++;
            }
        }
    }

    private void record(Stream stream, Message message, long now) {
        var published = new StoredMessage.Published(stream.id, stream.index.next(), now, message);
        ledger.record(published);
        lives.stored(stream, published, now);
    }

    /** Lets follow what follows from a stream's having more messages. */
    void stored(Stream stream, long now) {
        for (Subscription subscription : stream.subscriptions) {
            consuming.dispatch(subscription, now);
            bounds.dropExcess(subscription, now);
        }
        retention.stored(stream, now);
        for (Binding binding : stream.bindings) {
            // A message that did not go there leaves its credit to the queue's other publishers.
            grantAll(binding.queue);
        }
    }

    /**
     * Stores messages that come without credit, all of them or none.
     *
     * @throws Destinations.Refusal if there is no room for all of them
     */
    List<AdminRequest.Receipt> store(Stream stream, List<Message> messages, long now) {
        if (disk != DiskState.ENOUGH) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + stream.name + "' takes nothing now: the broker's disk is nearly full.");
        }
        for (Message message : messages) {
            requireConforming(stream, message, now);
        }
        requireRoom(stream, messages, false, now);
        List<AdminRequest.Receipt> receipts = new ArrayList<>(messages.size());
        for (Message message : messages) {
            long offset = findDuplicate(stream, message, now);
            if (offset < 0) {
                offset = stream.index.next();
                store(stream, stream.routes(message, now), message, now);
            }
            receipts.add(new AdminRequest.Receipt(message.messageId(), offset));
        }
        return receipts;
    }

    /**
     * Whether the disk and who is to get it take one more message that nobody gave credit for.
     *
     * @param only null for all subscriptions of the stream
     */
    boolean hasRoom(Stream stream, Subscription only, Message message, long now) {
        return disk == DiskState.ENOUGH
                && (only == null
                        ? stream.subscriptions.stream()
                                .allMatch(each -> Bounds.hasRoom(each) || !each.wants(message, now))
                        : Bounds.hasRoom(only));
    }

    /** What was taken once is taken again, whatever the schema is now. */
    private static void requireConforming(Stream stream, Message message, long now) {
        String violation = stream.schemas.violation(message);
        if (violation != null && findDuplicate(stream, message, now) < 0) {
            throw new Destinations.Refusal(
                    BrokerError.Code.SCHEMA_VIOLATED, "'" + stream.name + "' does not take this message: " + violation);
        }
    }

    private static String requireDestination(String destination) {
        if (destination == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "A message on a link without an address has to name its destination in 'to'.");
        }
        return destination;
    }

    private void requireRoom(Stream stream, List<Binding> routes, Message message, long now) {
        if (isDiskFull()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + stream.name + "' takes nothing now: the broker's disk is full.");
        }
        Bounds.requireRoom(stream, message, now);
        for (Binding route : routes) {
            Bounds.requireRoom(route.queue, message, now);
        }
    }

    /**
     * @throws Destinations.Refusal if there is not room for all of these messages together, here or where they are routed
     */
    static void requireRoom(Stream stream, List<Message> messages, boolean onCredit, long now) {
        Bounds.requireRoom(stream, messages, onCredit, now);
        for (Binding binding : stream.bindings) {
            List<Message> routed = messages.stream()
                    .filter(message -> binding.wants(message, now))
                    .toList();
            Bounds.requireRoom(binding.queue, routed, onCredit, now);
        }
    }

    void detach(PublisherLink link) {
        Publisher publisher = publishers.remove(link);
        if (publisher != null && publisher.target != null) {
            publisher.target.publishers.remove(publisher);
            grantAll(publisher.target);
            publisher.target.bindings.forEach(binding -> grantAll(binding.queue));
        }
    }

    /** Ends all links to a stream that goes. */
    void close(Stream stream, BrokerError error) {
        for (Publisher publisher : stream.publishers) {
            publishers.remove(publisher.link);
            ledger.let(new Effect.PublisherClosed(publisher.link, error));
        }
        stream.publishers.clear();
    }

    /** Gives the publishers of a stream, and those of topics that are bound to it, what it can take now. */
    void grantAll(Stream stream) {
        for (Publisher publisher : stream.publishers) {
            grant(publisher);
        }
        for (Binding feed : stream.feeds) {
            feed.topic.publishers.forEach(this::grant);
        }
    }

    /** Refills at half, so that credit goes out in large pieces and before a publisher runs dry. */
    private void grant(Publisher publisher) {
        if (publisher.outstanding > CREDIT_WINDOW / 2) {
            return;
        }
        long missing = CREDIT_WINDOW - publisher.outstanding;
        int credit = (int) Math.clamp(credit(publisher), 0, missing);
        if (credit > 0) {
            publisher.outstanding += credit;
            ledger.let(new Effect.Granted(publisher.link, credit));
        }
    }

    /** How many more messages this publisher's destination and the disk can take. */
    private long credit(Publisher publisher) {
        if (disk != DiskState.ENOUGH) {
            return 0;
        }
        return publisher.target == null ? CREDIT_WINDOW : bounds.credit(publisher.target, publisher.outstanding);
    }
}

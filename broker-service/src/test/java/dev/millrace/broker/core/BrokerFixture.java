package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.LogSettings;
import dev.millrace.broker.log.SimulatedStorage;
import dev.millrace.broker.log.SnapshotStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** The core over a simulated disk, with a clock that stands still until it is told otherwise. */
final class BrokerFixture {

    static final int SEGMENT = 1 << 16;
    private static final LogSettings SETTINGS = new LogSettings(SEGMENT, 512, 0, 0, Runnable::run, () -> {
        throw new IllegalStateException("the disk is full");
    });

    /** A schema is how bodies have to begin; one that does not begin like the one before cannot follow it. */
    private static final MessageCheck.Compiler CHECKS = new MessageCheck.Compiler() {
        @Override
        public MessageCheck compile(Map<String, String> schemas) {
            if (schemas.containsValue("!")) {
                throw new InvalidSchemaException("not a beginning: !");
            }
            return message -> schemas.values().stream()
                            .allMatch(new String(message.payload(), StandardCharsets.UTF_8)::startsWith)
                    ? null
                    : "expected " + schemas;
        }

        @Override
        public String incompatibility(String older, String newer) {
            return newer.startsWith(older) ? null : newer + " begins with " + older;
        }
    };

    final SimulatedStorage storage;
    final Map<String, QueueSettings> queues = new LinkedHashMap<>();
    final Map<String, TopicSettings> topics = new LinkedHashMap<>();
    long now = 1_000_000;
    /** Of the last {@link #ask}; null if it was answered. */
    BrokerError refusal;
    /** How often a filter was asked. */
    long looks;
    /** Told from the next start on. */
    History history = History.NONE;

    private CommitLog log;
    private Broker broker;

    BrokerFixture() {
        this(new SimulatedStorage());
    }

    private BrokerFixture(SimulatedStorage storage) {
        this.storage = storage;
    }

    BrokerFixture queue(String name, QueueSettings settings) {
        queues.put(name, settings);
        return this;
    }

    BrokerFixture topic(String name, String... subscriptions) {
        return topic(name, RetentionSettings.DEFAULT, subscriptions);
    }

    BrokerFixture topic(String name, RetentionSettings retention, String... subscriptions) {
        Map<String, QueueSettings> settings = new LinkedHashMap<>();
        for (String subscription : subscriptions) {
            settings.put(subscription, QueueSettings.SUBSCRIPTION_DEFAULT);
        }
        topics.put(name, new TopicSettings(retention, settings));
        return this;
    }

    /** Recovers from the newest snapshot and the log, and declares what was asked for. */
    BrokerFixture start() {
        broker = new Broker(
                true, new SplittableRandom(1), new MessageContent(this::filter, this::editor, CHECKS), history);
        SnapshotStore snapshots = new SnapshotStore(storage);
        List<Long> positions = snapshots.positions();
        long from = positions.isEmpty() ? 0 : positions.getFirst();
        if (from > 0) {
            snapshots.read(from, broker::restore);
        }
        log = CommitLog.open(storage, SETTINGS, from, broker.recovery());
        broker.open(new MessageStore(log), from);
        execute(new Command.Declare(queues, topics, new CompletableFuture<>()));
        return this;
    }

    /** Selects by how bodies begin. */
    private MessageFilter filter(Selection selection) {
        if (selection.selector() != null && selection.selector().equals("!")) {
            throw new InvalidSelectionException("not a beginning: !");
        }
        return (message, offset, enqueuedAt, deaths) -> {
            looks++;
            return new String(message.payload(), StandardCharsets.UTF_8).startsWith(selection.selector());
        };
    }

    /** Puts a text in front of the body; of bodies that begin with ! it is refused. */
    private MessageEditor editor(String patch) {
        return message -> {
            String body = new String(message.payload(), StandardCharsets.UTF_8);
            if (body.startsWith("!")) {
                throw new EditRefusedException("cannot be changed");
            }
            byte[] payload = (patch + body).getBytes(StandardCharsets.UTF_8);
            Message edited = new Message(
                    payload,
                    0,
                    0,
                    message.messageId(),
                    message.orderingKey(),
                    message.priority(),
                    message.durable(),
                    0,
                    0);
            return new MessageEditor.Edited(edited, body + " -> " + patch + body);
        };
    }

    /** Takes a snapshot, and lets go of what only older ones needed. */
    Snapshot snapshot() {
        Snapshot snapshot = capture();
        write(snapshot);
        return snapshot;
    }

    Snapshot capture() {
        List<Snapshot> taken = new ArrayList<>();
        execute(new Command.TakeSnapshot(taken::add));
        return taken.getFirst();
    }

    void write(Snapshot snapshot) {
        assertTrue(new SnapshotStore(storage).write(snapshot.position(), snapshot));
        execute(new Command.UseSnapshot(snapshot));
    }

    /** Bytes of the log's segments. */
    long logBytes() {
        return log.sizeBytes();
    }

    long nextDeadline() {
        return broker.nextDeadline();
    }

    /** The power goes and comes back; open links are gone. */
    BrokerFixture crash(long seed) {
        storage.crash(new SplittableRandom(seed));
        return start();
    }

    /** Executes, syncs, releases. */
    void execute(Command command) {
        executeUnsynced(command).forEach(Effect::release);
    }

    /** Executes without a sync; returns the effects that are held back. */
    List<Effect> executeUnsynced(Command command) {
        broker.execute(command, now);
        log.flush();
        List<Effect> effects = broker.takeEffects();
        if (!(command instanceof Command.Publish publish && publish.settled())) {
            log.sync();
        }
        return effects;
    }

    /** Lets time pass. */
    void pass(long millis) {
        now += millis;
        execute(new Command.Tick());
    }

    /** Lets time pass; what comes of it is not synced, and told to no one. */
    void passUnsynced(long millis) {
        now += millis;
        broker.execute(new Command.Tick(), now);
        log.flush();
        broker.takeEffects();
    }

    List<DestinationView> describe() {
        CompletableFuture<List<DestinationView>> answer = new CompletableFuture<>();
        execute(new Command.Describe(answer));
        return answer.join();
    }

    /** Asks as an operator; null if it was refused, see {@link #refusal}. */
    <T> T ask(AdminRequest<T> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(new Command.Administer<>(request, answer));
        refusal = null;
        return answer.exceptionally(failure -> {
                    refusal = ((RefusedException) failure).error();
                    return null;
                })
                .join();
    }

    DestinationView view(String name) {
        return describe().stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Message message(String body) {
        return message(body, null, 0, 0);
    }

    static Message message(String body, String key, long expiresAt, long deliverAt) {
        return new Message(
                body.getBytes(StandardCharsets.UTF_8),
                0,
                0,
                body,
                key,
                Message.NORMAL_PRIORITY,
                true,
                expiresAt,
                deliverAt);
    }

    TestPublisher publisher(String address) {
        TestPublisher publisher = new TestPublisher();
        execute(new Command.AttachPublisher(publisher, new Terminus(address, Terminus.Kind.ANY)));
        return publisher;
    }

    TestConsumer consumer(String address, int credit) {
        return consumer(address, credit, false);
    }

    TestConsumer consumer(String address, int credit, boolean settled) {
        TestConsumer consumer = new TestConsumer(address);
        execute(new Command.AttachConsumer(consumer, new Terminus(address, Terminus.Kind.ANY), settled));
        consumer.grant(credit);
        return consumer;
    }

    /** A consumer that wants what begins so. */
    TestConsumer selecting(String address, String beginning, int credit) {
        return consumer(
                new Terminus(address, Terminus.Kind.ANY),
                new SubscriptionRequest(
                        new Selection(beginning, null), null, SubscriptionRequest.Kind.EXCLUSIVE, false, null),
                credit);
    }

    TestConsumer consumer(Terminus source, SubscriptionRequest request, int credit) {
        TestConsumer consumer = new TestConsumer(source.address());
        execute(new Command.AttachConsumer(consumer, source, false, request));
        consumer.grant(credit);
        return consumer;
    }

    /** Records what it is told. */
    final class TestPublisher implements PublisherLink {
        int credit;
        final List<Long> accepted = new ArrayList<>();
        final List<BrokerError> rejected = new ArrayList<>();
        BrokerError refusal;
        BrokerError closed;
        private long nextTag;

        void publish(String body) {
            publish(message(body));
        }

        void publish(Message message) {
            publish(null, message);
        }

        /** Publishes until it may no more; returns how many went. */
        int publishOnCredit(String prefix) {
            int count = 0;
            while (credit > 0) {
                publish(prefix + "-" + count++);
            }
            return count;
        }

        void publish(String destination, Message message) {
            credit--;
            execute(new Command.Publish(this, nextTag++, destination, message, false));
        }

        void detach() {
            execute(new Command.DetachPublisher(this));
        }

        @Override
        public String description() {
            return "test publisher";
        }

        @Override
        public void attached(int granted) {
            credit = granted;
        }

        @Override
        public void refused(BrokerError error) {
            refusal = error;
        }

        @Override
        public void granted(int more) {
            credit += more;
        }

        @Override
        public void accepted(long tag) {
            accepted.add(tag);
        }

        @Override
        public void rejected(long tag, BrokerError error) {
            rejected.add(error);
        }

        @Override
        public void closed(BrokerError error) {
            closed = error;
        }
    }

    /** Records what it is given, and gives it back as it is told to. */
    final class TestConsumer implements ConsumerLink {
        final List<Delivery> deliveries = new ArrayList<>();
        /** Those that wait for a settlement. */
        final List<Delivery> held = new ArrayList<>();

        final List<Long> expiredLocks = new ArrayList<>();
        boolean attached;
        int drained;
        private long drains;
        private long seen;
        BrokerError refusal;
        BrokerError closed;
        private final String address;

        private TestConsumer(String address) {
            this.address = address;
        }

        void grant(int credit) {
            execute(new Command.Flow(this, credit, seen, Command.Flow.NO_DRAIN));
        }

        void drain(int credit) {
            execute(new Command.Flow(this, credit, seen, ++drains));
        }

        List<String> bodies() {
            return deliveries.stream()
                    .map(delivery -> new String(delivery.message().payload(), StandardCharsets.UTF_8))
                    .toList();
        }

        Delivery last() {
            return deliveries.getLast();
        }

        void settle(Outcome outcome, int... indexes) {
            long[] ids = new long[indexes.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = deliveries.get(indexes[i]).id();
            }
            execute(new Command.Settle(this, ids, outcome));
        }

        void settle(Outcome outcome, Delivery delivery) {
            held.remove(delivery);
            execute(new Command.Settle(this, new long[] {delivery.id()}, outcome));
        }

        void accept(int... indexes) {
            settle(Outcome.ACCEPTED, indexes);
        }

        void acceptAll() {
            execute(new Command.Settle(
                    this, deliveries.stream().mapToLong(Delivery::id).toArray(), Outcome.ACCEPTED));
        }

        void fail(int... indexes) {
            settle(new Outcome.Modified(true, false, 0, "failed on purpose"), indexes);
        }

        /** Ends the link when its last deliveries had not reached the consumer yet. */
        void detachBefore(int unseen) {
            execute(new Command.DetachConsumer(this, seen - unseen));
        }

        void detach() {
            execute(new Command.DetachConsumer(this, seen));
        }

        @Override
        public String container() {
            return "test-container";
        }

        @Override
        public String name() {
            return "link to " + address;
        }

        @Override
        public void attached() {
            attached = true;
        }

        @Override
        public void refused(BrokerError error) {
            refusal = error;
        }

        @Override
        public void deliver(Delivery delivery) {
            seen++;
            deliveries.add(delivery);
            held.add(delivery);
        }

        @Override
        public void drained(long drain) {
            assertEquals(drains, drain, "the drain that was asked for last");
            drained++;
        }

        @Override
        public void lockExpired(long deliveryId) {
            expiredLocks.add(deliveryId);
            held.removeIf(delivery -> delivery.id() == deliveryId);
        }

        @Override
        public void closed(BrokerError error) {
            closed = error;
        }
    }
}

package dev.millrace.broker.engine;

import static dev.millrace.broker.engine.SimulatedBroker.DEAD_LETTERS;
import static dev.millrace.broker.engine.SimulatedBroker.QUEUE;
import static dev.millrace.broker.engine.SimulatedBroker.RECENT;
import static dev.millrace.broker.engine.SimulatedBroker.RETENTION_MILLIS;
import static dev.millrace.broker.engine.SimulatedBroker.SEGMENT;
import static dev.millrace.broker.engine.SimulatedBroker.SUBSCRIPTIONS;
import static dev.millrace.broker.engine.SimulatedBroker.TOPIC;

import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.log.LogFailedException;
import dev.millrace.broker.log.StorageUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One broker's random lives on a machine that fails, held against an {@link OutsideLedger}. All that happens follows
 * from the seed.
 */
final class Simulation {

    /** How a life ends before its time. */
    enum Fault {
        /** It does not; at its end the process is killed, stopped or loses power. */
        NONE,
        POWER_LOSS,
        ERROR_ONCE,
        ERROR_FOR_GOOD,
        DISK_FULL
    }

    private static final int MAX_LIVES = 4;
    private static final int MAX_STEPS = 300;
    private static final int STEPS_WITH_A_FAULT_AT_ANY_CALL = 120;
    private static final int KEYS = 4;
    private static final int MAX_FAULTS_AT_START = 3;
    private static final int MAX_CALLS_TO_FAULT = 1_000;
    private static final int MAX_CALLS_OF_START = 40;

    private final SplittableRandom random;
    private final SimulatedBroker broker = new SimulatedBroker();
    private final OutsideLedger ledger = new OutsideLedger();
    private final TopicLedger topicLedger = new TopicLedger();
    private final DroppingLedger droppingLedger = new DroppingLedger(SimulatedBroker.RECENT_BOUND);
    private final TransferLedger transferLedger = new TransferLedger();
    private final RoutingLedger routingLedger = new RoutingLedger();
    private final ReplayLedger replayLedger = new ReplayLedger();
    private int sent;
    private boolean snapshots;
    private boolean full;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        broker.storage.random(random.split());
    }

    /** Whether a snapshot was taken in it. */
    boolean hadSnapshots() {
        return snapshots;
    }

    /** How many transactions were committed in it. */
    int commits() {
        return transferLedger.commits();
    }

    /** How many deliveries of replayed messages there were in it. */
    int replayed() {
        return replayLedger.replayed();
    }

    /** Whether the disk was short of space in it. */
    boolean hadFullDisk() {
        return full;
    }

    /**
     * Lives, and looks at what is left.
     *
     * @throws AssertionError if an invariant does not hold
     */
    void run() {
        int lives = random.nextInt(1, MAX_LIVES + 1);
        for (int i = 0; i < lives; i++) {
            start(true);
            Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
            arm(fault, random.nextInt(1, MAX_CALLS_TO_FAULT));
            live(random.nextInt(1, MAX_STEPS));
        }
        finish();
    }

    /** One life with one fault at one call, and a power loss at one call of the start after it; for all calls in turn. */
    void run(Fault fault, long call, long callOfNextStart) {
        broker.start();
        arm(fault, call);
        live(STEPS_WITH_A_FAULT_AT_ANY_CALL);
        broker.storage.losePowerAt(callOfNextStart);
        attempt(broker::start);
        endLife();
        finish();
    }

    /** How many calls of the storage one life takes. */
    long callsOfALife() {
        broker.start();
        long before = broker.storage.calls();
        live(STEPS_WITH_A_FAULT_AT_ANY_CALL);
        return broker.storage.calls() - before;
    }

    private void arm(Fault fault, long call) {
        switch (fault) {
            case NONE -> {}
            case POWER_LOSS -> broker.storage.losePowerAt(call);
            case ERROR_ONCE -> broker.storage.failAt(call, 1);
            case ERROR_FOR_GOOD -> broker.storage.failAt(call, Long.MAX_VALUE);
            case DISK_FULL -> broker.storage.capacity(broker.storage.usedBytes() + random.nextInt(12 * SEGMENT));
        }
    }

    /** Starts the broker, with faults on the way perhaps. */
    private void start(boolean faults) {
        int limit = faults ? random.nextInt(MAX_FAULTS_AT_START) : 0;
        for (int i = 0; i < limit; i++) {
            if (random.nextBoolean()) {
                broker.storage.losePowerAt(random.nextInt(1, MAX_CALLS_OF_START));
            } else {
                broker.storage.failAt(random.nextInt(1, MAX_CALLS_OF_START), 1);
            }
            if (attempt(broker::start)) {
                broker.storage.heal();
                return;
            }
            endLife();
        }
        broker.storage.heal();
        broker.start();
    }

    /** Does something that a fault may end; returns false if it did. */
    private boolean attempt(Runnable work) {
        try {
            work.run();
            return !broker.storage.isDead();
        } catch (SimulatedBroker.DiskFull | StorageUnavailableException e) {
            full = true;
            return false;
        } catch (LogFailedException e) {
            return false;
        } catch (RuntimeException e) {
            if (broker.storage.isDead()) {
                return false;
            }
            throw e;
        }
    }

    private void live(int steps) {
        attempt(() -> {
            Client client = new Client();
            for (int i = 0; i < steps; i++) {
                client.step();
            }
            if (random.nextInt(4) == 0) {
                sync();
                broker.stop();
            }
        });
        snapshots |= broker.snapshotPosition() > 0;
        endLife();
    }

    /** Syncs, and notes that all that was done is on disk. */
    private void sync() {
        broker.sync();
        ledger.synced();
        topicLedger.synced();
        droppingLedger.synced();
        replayLedger.synced();
    }

    private void endLife() {
        ledger.ended();
        topicLedger.ended();
        droppingLedger.ended();
        replayLedger.ended();
        if (broker.storage.isDead() || random.nextBoolean()) {
            broker.storage.crash(random);
        } else {
            broker.storage.kill();
        }
        // Somebody makes room.
        broker.storage.capacity(Long.MAX_VALUE);
    }

    private void finish() {
        start(false);
        List<String> once = durableState();
        broker.storage.kill();
        broker.start();
        List<String> twice = durableState();
        if (!once.equals(twice)) {
            throw new AssertionError("a second recovery finds something else: " + once + ", then " + twice);
        }
        new SimulatedOperator(broker, topicLedger, droppingLedger, random).resumeAll();
        droppingLedger.check(drain(RECENT));
        for (String subscription : SUBSCRIPTIONS) {
            List<String> left = drain(subscription);
            topicLedger.check(subscription, left, broker.now - RETENTION_MILLIS);
        }
        ledger.checkQueue(drain(QUEUE), drain(DEAD_LETTERS));
        transferLedger.check(drain(TransferLedger.FROM), drain(TransferLedger.TO));
        List<String> dead = drain(ReplayLedger.DEAD_LETTERS);
        replayLedger.check(drain(ReplayLedger.SOURCE), dead, drain(ReplayLedger.BYSTANDER));
        routingLedger.check(drain(RoutingLedger.SUBSCRIPTION), drain(RoutingLedger.ALL), drain(RoutingLedger.SOME));
    }

    /** All but what is counted from each start on, and what a replay that goes on moves meanwhile. */
    private List<String> durableState() {
        return broker.describe().stream()
                .filter(view -> !view.name().startsWith(ReplayLedger.TOPIC))
                .map(view -> view.name() + " depth " + view.depth() + ", lag " + view.lag() + ", dead "
                        + view.deadLetters() + ", age " + view.oldestAgeMillis() + ", scheduled " + view.scheduled()
                        + ", paused " + view.paused() + ", " + view.settings() + ", " + view.topicSettings())
                .toList();
    }

    private List<String> drain(String address) {
        SimulatedConsumer consumer = new SimulatedConsumer(broker, address, delivery -> {}, id -> {});
        List<String> ids = new ArrayList<>();
        for (int quiet = 0; quiet < 3; quiet++) {
            consumer.flow(1_000);
            broker.sync();
            for (Delivery delivery : List.copyOf(consumer.held)) {
                ids.add(delivery.message().messageId());
                consumer.settle(delivery, Outcome.ACCEPTED);
                quiet = 0;
            }
            broker.pass(2_000);
            broker.sync();
        }
        return ids;
    }

    /** What the clients do in one life. */
    private final class Client {
        private final SimulatedPublisher queuePublisher = new SimulatedPublisher(broker, QUEUE, ledger::accepted);
        private final SimulatedPublisher topicPublisher = new SimulatedPublisher(broker, TOPIC, topicLedger::accepted);
        private final SimulatedOperator operator = new SimulatedOperator(broker, topicLedger, droppingLedger, random);
        private final SimulatedTransfer transfer = new SimulatedTransfer(broker, transferLedger, random);
        private final SimulatedRouting routing = new SimulatedRouting(broker, routingLedger, random);
        private final SimulatedReplays replays = new SimulatedReplays(broker, replayLedger, random);
        private final List<SimulatedConsumer> consumers = new ArrayList<>();

        private void step() {
            switch (random.nextInt(29)) {
                case 24 -> replays.publish(sent++);
                case 25, 26, 27, 28 -> replays.step();
                case 19 -> transfer.send("x-" + sent++);
                case 20, 21 -> transfer.step();
                case 22 -> routing.publish("e-" + sent++);
                case 23 -> routing.publishTogether(List.of("e-" + sent++, "e-" + sent++));
                case 0, 1, 2, 3 -> publish();
                case 14 -> publishAgain();
                case 4 -> publishToTopic();
                case 5 -> consumers.add(new SimulatedConsumer(broker, QUEUE, ledger::delivered, ledger::late));
                case 6 -> addTopicConsumer();
                case 7 -> broker.pass(random.nextInt(400));
                case 8 -> broker.pass(random.nextInt(8) == 0 ? RETENTION_MILLIS / 2 : 6_000);
                case 9, 10 -> broker.background();
                case 11 -> sync();
                case 12 -> operator.step();
                case 13 -> publishToRecent();
                default -> {
                    if (!consumers.isEmpty()) {
                        act(consumers.get(random.nextInt(consumers.size())));
                    }
                }
            }
        }

        private void publish() {
            for (int i = random.nextInt(1, 6); i > 0 && queuePublisher.credit() > 0; i--) {
                String key = "k" + random.nextInt(KEYS);
                int number = sent++;
                String id = key + "-" + number;
                ledger.sent(id, key, number);
                queuePublisher.publish(id, key, bodyLength());
            }
        }

        /** As a publisher does that does not know whether it was accepted. */
        private void publishAgain() {
            List<String> stored = ledger.stored();
            if (!stored.isEmpty() && queuePublisher.credit() > 0) {
                String id = stored.get(random.nextInt(stored.size()));
                queuePublisher.publish(id, id.substring(0, id.indexOf('-')), bodyLength());
            }
        }

        private void publishToTopic() {
            if (topicPublisher.credit() > 0) {
                String id = "t-" + sent++;
                topicLedger.sent(id, broker.now);
                topicPublisher.publish(id, null, bodyLength());
            }
        }

        /** Each time over a link of its own: the one before may have gone with the queue. */
        private void publishToRecent() {
            SimulatedPublisher publisher = new SimulatedPublisher(broker, RECENT, droppingLedger::accepted);
            for (int i = random.nextInt(1, 8); i > 0 && publisher.credit() > 0; i--) {
                String id = "r-" + sent++;
                droppingLedger.sent(id);
                publisher.publish(id, null, bodyLength());
            }
            publisher.detach();
        }

        private int bodyLength() {
            return random.nextInt(6) == 0 ? random.nextInt(3_000) : random.nextInt(100);
        }

        private void addTopicConsumer() {
            String subscription = SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size()));
            consumers.add(new SimulatedConsumer(
                    broker,
                    subscription,
                    delivery -> topicLedger.delivered(
                            subscription, delivery.message().messageId()),
                    id -> topicLedger.late(subscription, id)));
        }

        private void act(SimulatedConsumer consumer) {
            if (consumer.held.isEmpty()) {
                consumer.flow(random.nextInt(1, 8));
                return;
            }
            Delivery delivery = consumer.held.get(random.nextInt(consumer.held.size()));
            switch (random.nextInt(12)) {
                case 0 -> {
                    consumers.remove(consumer);
                    consumer.detach();
                }
                case 1 -> consumer.settle(delivery, Outcome.RELEASED);
                case 2 -> consumer.settle(delivery, new Outcome.Modified(true, false, 0, ""));
                case 3 -> reject(consumer, delivery);
                default -> accept(consumer);
            }
        }

        private void reject(SimulatedConsumer consumer, Delivery delivery) {
            if (consumer.address.equals(QUEUE)) {
                ledger.settled(delivery.message().messageId(), OutsideLedger.Settlement.REJECTED);
                consumer.settle(delivery, new Outcome.Rejected("bad"));
            }
        }

        private void accept(SimulatedConsumer consumer) {
            for (Delivery delivery : List.copyOf(consumer.held)) {
                String id = delivery.message().messageId();
                if (consumer.address.equals(QUEUE)) {
                    ledger.settled(id, OutsideLedger.Settlement.ACCEPTED);
                } else {
                    topicLedger.settled(consumer.address, id);
                }
                consumer.settle(delivery, Outcome.ACCEPTED);
            }
            consumer.flow(random.nextInt(1, 8));
        }
    }
}

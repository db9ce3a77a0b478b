package dev.millrace.broker.engine;

import static dev.millrace.broker.engine.SimulatedBroker.DEAD_LETTERS;
import static dev.millrace.broker.engine.SimulatedBroker.QUEUE;
import static dev.millrace.broker.engine.SimulatedBroker.RETENTION_MILLIS;
import static dev.millrace.broker.engine.SimulatedBroker.SEGMENT;
import static dev.millrace.broker.engine.SimulatedBroker.SUBSCRIPTIONS;
import static dev.millrace.broker.engine.SimulatedBroker.TOPIC;

import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.DestinationView;
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
                broker.sync();
                ledger.synced();
                broker.stop();
            }
        });
        snapshots |= broker.snapshotPosition() > 0;
        endLife();
    }

    private void endLife() {
        ledger.ended();
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
        List<DestinationView> once = broker.describe();
        broker.storage.kill();
        broker.start();
        List<DestinationView> twice = broker.describe();
        if (!once.equals(twice)) {
            throw new AssertionError("a second recovery finds something else: " + once + ", then " + twice);
        }
        for (String subscription : SUBSCRIPTIONS) {
            List<String> left = drain(subscription);
            ledger.checkSubscription(subscription, left, broker.now - RETENTION_MILLIS);
        }
        ledger.checkQueue(drain(QUEUE), drain(DEAD_LETTERS));
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
        private final SimulatedPublisher topicPublisher = new SimulatedPublisher(broker, TOPIC, ledger::topicAccepted);
        private final List<SimulatedConsumer> consumers = new ArrayList<>();

        private void step() {
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> publish();
                case 4 -> publishToTopic();
                case 5 -> consumers.add(new SimulatedConsumer(broker, QUEUE, ledger::delivered, ledger::late));
                case 6 -> addTopicConsumer();
                case 7 -> broker.pass(random.nextInt(400));
                case 8 -> broker.pass(random.nextInt(8) == 0 ? RETENTION_MILLIS / 2 : 6_000);
                case 9, 10 -> broker.background();
                case 11 -> {
                    broker.sync();
                    ledger.synced();
                }
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

        private void publishToTopic() {
            if (topicPublisher.credit() > 0) {
                String id = "t-" + sent++;
                ledger.topicSent(id, broker.now);
                topicPublisher.publish(id, null, bodyLength());
            }
        }

        private int bodyLength() {
            return random.nextInt(6) == 0 ? random.nextInt(3_000) : random.nextInt(100);
        }

        private void addTopicConsumer() {
            String subscription = SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size()));
            consumers.add(new SimulatedConsumer(
                    broker,
                    subscription,
                    delivery -> ledger.topicDelivered(
                            subscription, delivery.message().messageId()),
                    id -> ledger.topicLate(subscription, id)));
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
                    ledger.topicSettled(consumer.address, id);
                }
                consumer.settle(delivery, Outcome.ACCEPTED);
            }
            consumer.flow(random.nextInt(1, 8));
        }
    }
}

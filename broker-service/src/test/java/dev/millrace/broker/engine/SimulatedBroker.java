package dev.millrace.broker.engine;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Broker;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.Effect;
import dev.millrace.broker.core.History;
import dev.millrace.broker.core.InvalidSelectionException;
import dev.millrace.broker.core.MessageContent;
import dev.millrace.broker.core.MessageEditor;
import dev.millrace.broker.core.MessageFilter;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.TopicSettings;
import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.DiskState;
import dev.millrace.broker.log.LogSettings;
import dev.millrace.broker.log.SimulatedStorage;
import dev.millrace.broker.log.SnapshotStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * The broker as a process on a simulated machine: core, log, snapshots and recovery as they are, but one thread, which
 * does what the engine's threads do, each piece when it is told to, at a time that it is told.
 */
final class SimulatedBroker {

    static final int SEGMENT = 8 << 10;
    static final String QUEUE = "work";
    static final String DEAD_LETTERS = QUEUE + "/$deadletterqueue";
    static final String TOPIC = "orders";
    static final List<String> SUBSCRIPTIONS = List.of("orders::inventory", "orders::notification");
    static final long RETENTION_MILLIS = 600_000;

    private static final long SNAPSHOT_BYTES = 4L * SEGMENT;
    private static final long LOW_WATER_BYTES = 4L * SEGMENT;
    static final QueueSettings SETTINGS = new QueueSettings(
                    10_000, 1_000, new QueueSettings.Backoff(100, 2, 1_000, 0.2), 5_000)
            .withDuplicateWindow(1L << 40);
    static final QueueSettings PARKING_SETTINGS = SETTINGS.withOnDeadLetter(QueueSettings.OnDeadLetter.PARK);
    /** Keeps its newest messages only. */
    static final String RECENT = "recent";

    static final int RECENT_BOUND = 10;
    static final QueueSettings RECENT_SETTINGS =
            SETTINGS.withBounds(RECENT_BOUND, 0, QueueSettings.WhenFull.DROP_OLDEST);
    private static final EngineSettings ENGINE_SETTINGS =
            new EngineSettings(EngineSettings.DEFAULT.segmentBytes(), 1 << 12, true, 1 << 30, 0);

    /** The broker needs a segment and there is no space: it would wait here. */
    static final class DiskFull extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DiskFull() {
            super("the disk is full", null, false, false);
        }
    }

    final SimulatedStorage storage = new SimulatedStorage();
    long now = 1_000_000;

    private CommitLog log;
    private Broker broker;
    private Snapshots snapshots;
    private final Queue<Command> submitted = new ArrayDeque<>();
    private final Queue<Runnable> snapshotWork = new ArrayDeque<>();
    private final List<Effect> held = new ArrayList<>();

    /** Recovers and declares the topology. */
    void start() {
        recover();
        execute(new Command.Declare(
                Map.of(
                        QUEUE,
                        SETTINGS,
                        RECENT,
                        RECENT_SETTINGS,
                        TransferLedger.FROM,
                        SETTINGS,
                        TransferLedger.TO,
                        SETTINGS),
                Map.of(
                        TOPIC,
                        new TopicSettings(
                                new RetentionSettings(RETENTION_MILLIS, 0),
                                Map.of("inventory", SETTINGS, "notification", SETTINGS)),
                        RoutingLedger.TOPIC,
                        new TopicSettings(RetentionSettings.FOR_EVER, Map.of("check", SETTINGS)),
                        ReplayLedger.TOPIC,
                        new TopicSettings(
                                RetentionSettings.FOR_EVER,
                                Map.of("parking", PARKING_SETTINGS, "bystander", SETTINGS))),
                new CompletableFuture<>()));
        bind(RoutingLedger.ALL, Selection.ALL);
        bind(RoutingLedger.SOME, new Selection(RoutingLedger.SELECTOR, null));
        sync();
    }

    private void bind(String queue, Selection selection) {
        execute(new Command.Administer<>(
                new AdminRequest.Bind(RoutingLedger.TOPIC, queue, selection), new CompletableFuture<>()));
    }

    private static MessageFilter filter(Selection selection) {
        if (!RoutingLedger.SELECTOR.equals(selection.selector())) {
            throw new InvalidSelectionException("not one of the simulation's: " + selection);
        }
        return (message, offset, enqueuedAt, deaths) -> RoutingLedger.isSelected(message.messageId());
    }

    void recover() {
        submitted.clear();
        snapshotWork.clear();
        held.clear();
        LogSettings logSettings = new LogSettings(SEGMENT, 512, 0, LOW_WATER_BYTES, Runnable::run, () -> {
            throw new DiskFull();
        });
        Recovery.Result recovered = new Recovery(
                        storage,
                        ENGINE_SETTINGS,
                        logSettings,
                        new SplittableRandom(1),
                        new MessageContent(SimulatedBroker::filter, MessageEditor.Compiler.NONE),
                        History.NONE)
                .recover();
        log = recovered.log();
        broker = recovered.broker();
        snapshots = new Snapshots(
                new SnapshotStore(storage),
                log,
                broker,
                recovered.snapshotPosition(),
                SNAPSHOT_BYTES,
                submitted::add,
                snapshotWork::add);
    }

    /** Executes a command and hands what it appended to the operating system; its effects wait for a {@link #sync}. */
    void execute(Command command) {
        broker.execute(command, now);
        for (Command next = submitted.poll(); next != null; next = submitted.poll()) {
            broker.execute(next, now);
        }
        if (broker.nextDeadline() <= now) {
            broker.execute(new Command.Tick(), now);
        }
        if (snapshots.isDue(now)) {
            broker.execute(snapshots.take(now), now);
        }
        log.flush();
        held.addAll(broker.takeEffects());
    }

    void sync() {
        log.sync();
        List<Effect> released = List.copyOf(held);
        held.clear();
        released.forEach(Effect::release);
    }

    /** Lets time pass. */
    void pass(long millis) {
        now += millis;
        execute(new Command.Tick());
    }

    /** What the other threads do: write the snapshot that waits, look at the disk. */
    void background() {
        Runnable work = snapshotWork.poll();
        if (work != null) {
            work.run();
        }
        log.checkDisk();
        execute(new Command.ReportDisk(log.disk()));
    }

    DiskState disk() {
        return log.disk();
    }

    long snapshotPosition() {
        return snapshots.position();
    }

    long logEnd() {
        return log.endPosition();
    }

    long logBytes() {
        return log.sizeBytes();
    }

    /** A clean stop: the last snapshot is written. */
    void stop() {
        if (snapshots.isBehind()) {
            execute(snapshots.take(now));
        }
        sync();
        while (!snapshotWork.isEmpty()) {
            snapshotWork.remove().run();
        }
        log.close();
    }

    List<DestinationView> describe() {
        CompletableFuture<List<DestinationView>> answer = new CompletableFuture<>();
        execute(new Command.Describe(answer));
        sync();
        return answer.join();
    }
}

package dev.millrace.broker.engine;

import dev.millrace.broker.core.Broker;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Effect;
import dev.millrace.broker.core.History;
import dev.millrace.broker.core.MessageContent;
import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.DiskState;
import dev.millrace.broker.log.FileStorage;
import dev.millrace.broker.log.LogSettings;
import dev.millrace.broker.log.SnapshotStore;
import dev.millrace.broker.log.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Runs the core on two threads. The first executes commands in batches and writes what they append to the log; the
 * second syncs the log and then releases the effects. So one batch is written while the one before it syncs, the size
 * of a batch is whatever came in meanwhile, and nothing is said before it is on disk.
 *
 * <p>If the disk fails, or the core breaks an invariant, the engine stops at once and says so to its {@code onFailure};
 * the process is then expected to end: what is on disk is known again only after a recovery.
 */
public final class BrokerEngine implements CommandSink, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(BrokerEngine.class);

    /** Commands executed before their records are flushed. */
    private static final int MAX_BATCH = 4_096;

    private static final long STOP_LIMIT_MILLIS = 10_000;
    private static final long DISK_CHECK_MILLIS = 1_000;

    private final CommitLog log;
    private final Broker broker;
    private final Snapshots snapshots;
    private final LongSupplier clock;
    private final Consumer<Throwable> onFailure;
    private final CommandQueue commands = new CommandQueue();
    private final ReleaseQueue releases = new ReleaseQueue();
    private final FullDisk fullDisk = new FullDisk();
    private final ScheduledExecutorService segmentThread;
    private final ExecutorService snapshotThread;
    private final Thread executor;
    private final Thread syncer;

    private volatile long executed;
    private volatile boolean failed;
    private long now;
    /** What the core was told last. */
    private volatile DiskState reported = DiskState.ENOUGH;

    private BrokerEngine(
            Storage storage,
            EngineSettings settings,
            MessageContent content,
            History history,
            LongSupplier clock,
            Consumer<Throwable> onFailure) {
        this.clock = clock;
        this.onFailure = onFailure;
        segmentThread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("broker-segments").daemon().factory());
        snapshotThread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("broker-snapshots").daemon().factory());
        LogSettings logSettings = new LogSettings(
                settings.segmentBytes(),
                FileStorage.BLOCK_BYTES,
                settings.cacheBytes(),
                settings.lowWaterBytes(),
                task -> segmentThread.execute(guarded(task::run)),
                fullDisk);
        Recovery.Result recovered =
                new Recovery(storage, settings, logSettings, new SplittableRandom(), content, history).recover();
        log = recovered.log();
        broker = recovered.broker();
        snapshots = new Snapshots(
                new SnapshotStore(storage),
                log,
                broker,
                recovered.snapshotPosition(),
                settings.snapshotBytes(),
                this,
                task -> snapshotThread.execute(guarded(task::run)));
        executor = Thread.ofPlatform().name("broker-core").unstarted(guarded(this::executeCommands));
        syncer = Thread.ofPlatform().name("broker-sync").unstarted(guarded(this::syncAndRelease));
    }

    /**
     * Recovers what the storage holds and starts.
     *
     * @param content looks into messages
     * @param history is told what happens to each message, on the engine's own thread
     * @param clock epoch milliseconds
     * @param onFailure told once if the engine has to stop by itself; called on one of its threads
     * @throws dev.millrace.broker.log.LogCorruptException if what the storage holds is damaged
     * @throws dev.millrace.broker.log.LogFailedException if the storage fails
     * @throws dev.millrace.broker.log.StorageUnavailableException if the disk is full
     */
    public static BrokerEngine start(
            Storage storage,
            EngineSettings settings,
            MessageContent content,
            History history,
            LongSupplier clock,
            Consumer<Throwable> onFailure) {
        BrokerEngine engine = new BrokerEngine(storage, settings, content, history, clock, onFailure);
        engine.run();
        return engine;
    }

    /** The same without histories. */
    public static BrokerEngine start(
            Storage storage,
            EngineSettings settings,
            MessageContent content,
            LongSupplier clock,
            Consumer<Throwable> onFailure) {
        return start(storage, settings, content, History.NONE, clock, onFailure);
    }

    /** The same without selections and patches, too. */
    public static BrokerEngine start(
            Storage storage, EngineSettings settings, LongSupplier clock, Consumer<Throwable> onFailure) {
        return start(storage, settings, MessageContent.OPAQUE, clock, onFailure);
    }

    private void run() {
        fullDisk.started();
        reportDisk();
        executor.start();
        syncer.start();
        segmentThread.scheduleWithFixedDelay(
                guarded(this::checkDisk), DISK_CHECK_MILLIS, DISK_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void submit(Command command) {
        commands.offer(command);
    }

    @Override
    public void submit(List<Command> several) {
        commands.offer(several);
    }

    public EngineStatistics statistics() {
        return new EngineStatistics(
                executed, log.syncs(), log.writtenPosition(), log.sizeBytes(), snapshots.position(), reported);
    }

    /** False after a failure. */
    public boolean isHealthy() {
        return !failed;
    }

    /** The largest message that the log can hold, in bytes, its properties included. */
    public int maxMessageBytes() {
        return log.maxBodyLength() / 2;
    }

    private void executeCommands() throws InterruptedException {
        List<Command> batch = new ArrayList<>();
        while (commands.take(batch, MAX_BATCH, millisToDeadline())) {
            now = Math.max(now, clock.getAsLong());
            for (Command command : batch) {
                broker.execute(command, now);
            }
            if (broker.nextDeadline() <= now) {
                broker.execute(new Command.Tick(), now);
            }
            if (snapshots.isDue(now)) {
                broker.execute(snapshots.take(now), now);
            }
            executed += batch.size();
            batch.clear();
            flush();
        }
        if (snapshots.isBehind()) {
            broker.execute(snapshots.take(now), now);
            flush();
        }
        releases.close();
    }

    private void flush() throws InterruptedException {
        log.flush();
        List<Effect> effects = broker.takeEffects();
        if (!effects.isEmpty() || log.writtenPosition() > log.syncedPosition()) {
            releases.put(effects);
        }
    }

    /** Tells the core what the disk is like: when it changed, and again and again while space is short. */
    private void checkDisk() {
        log.checkDisk();
        reportDisk();
    }

    private void reportDisk() {
        DiskState state = log.disk();
        if (state != reported) {
            LOG.warnf("The disk's state is %s now, it was %s (see broker.log.low-water-bytes)", state, reported);
        }
        if (state != reported || state != DiskState.ENOUGH) {
            submit(new Command.ReportDisk(state));
        }
        reported = state;
    }

    private long millisToDeadline() {
        long deadline = broker.nextDeadline();
        return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(1, deadline - clock.getAsLong());
    }

    private void syncAndRelease() throws InterruptedException {
        List<ReleaseQueue.Batch> batches = releases.takeAll();
        while (!batches.isEmpty()) {
            // Their records were flushed before they were put here, so this sync covers them all.
            log.sync();
            for (ReleaseQueue.Batch batch : batches) {
                batch.effects().forEach(BrokerEngine::release);
            }
            batches = releases.takeAll();
        }
    }

    private static void release(Effect effect) {
        try {
            effect.release();
        } catch (RuntimeException e) {
            // A front that fails must not take the others with it.
            LOG.errorf(e, "A front failed at %s", effect);
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Runnable guarded(Work work) {
        return () -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(e);
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        };
    }

    private synchronized void fail(Throwable cause) {
        if (!failed) {
            failed = true;
            commands.close();
            releases.close();
            onFailure.accept(cause);
        }
    }

    /**
     * Executes what was submitted, syncs, releases, takes a last snapshot and closes the log. Commands submitted later
     * are dropped.
     */
    @Override
    public void close() {
        commands.close();
        fullDisk.stop();
        try {
            executor.join(STOP_LIMIT_MILLIS);
            syncer.join(STOP_LIMIT_MILLIS);
            boolean ended = end(segmentThread) & end(snapshotThread);
            if (ended && !failed && !executor.isAlive() && !syncer.isAlive()) {
                log.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean end(ExecutorService thread) throws InterruptedException {
        thread.shutdown();
        boolean ended = thread.awaitTermination(STOP_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        if (!ended) {
            LOG.warn("Work on the log's files did not end in time; the next start takes a little longer");
        }
        return ended;
    }
}

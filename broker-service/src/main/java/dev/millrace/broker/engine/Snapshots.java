package dev.millrace.broker.engine;

import dev.millrace.broker.core.Broker;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Snapshot;
import dev.millrace.broker.core.SnapshotSink;
import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.DiskState;
import dev.millrace.broker.log.SnapshotStore;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Says when a snapshot is due, and has it written in the background, one at a time: each time the log has grown by so
 * much, or so much more of it (and an eighth of all) is no longer needed, or the cleaner has emptied segments. While
 * space is short it is due more often, for only behind a snapshot can segments go.
 */
final class Snapshots implements SnapshotSink {

    private static final Logger LOG = Logger.getLogger(Snapshots.class);

    /** Between two attempts while space is short. */
    private static final long PAUSE_MILLIS = 5_000;

    /** A snapshot has 16 bytes for each waiting message: the longer the log, the rarer they are for its dead bytes. */
    private static final int DEAD_PART = 8;

    private final SnapshotStore store;
    private final CommitLog log;
    private final Broker broker;
    private final CommandSink commands;
    private final Executor background;
    private final long growthBytes;

    /** Where the newest durable one stands. */
    private volatile long position;

    private volatile boolean underWay;
    private volatile boolean noSpace;
    /** Epoch milliseconds; core thread only. */
    private long notBefore;
    /** Dead bytes that the last one could not free; core thread only. */
    private long deadBytes;

    /**
     * @param position of the snapshot that recovery used
     * @param growthBytes by which the log grows between two
     */
    Snapshots(
            SnapshotStore store,
            CommitLog log,
            Broker broker,
            long position,
            long growthBytes,
            CommandSink commands,
            Executor background) {
        this.store = store;
        this.log = log;
        this.broker = broker;
        this.position = position;
        this.growthBytes = growthBytes;
        this.commands = commands;
        this.background = background;
    }

    /** Position of the newest durable snapshot; 0 if there is none. Any thread. */
    long position() {
        return position;
    }

    /** Whether it is time for one. Core thread only. */
    boolean isDue(long now) {
        if (underWay || !isBehind()) {
            return false;
        }
        if (noSpace || log.disk() != DiskState.ENOUGH) {
            return now >= notBefore;
        }
        deadBytes = Math.min(deadBytes, broker.deadBytes());
        return log.endPosition() - position >= growthBytes
                || broker.deadBytes() - deadBytes >= growthBytes + log.sizeBytes() / DEAD_PART
                || broker.hasEmptiedSegments();
    }

    /** Whether anything happened since the last one. Core thread only. */
    boolean isBehind() {
        return log.endPosition() > position;
    }

    /** The command that takes one. Core thread only. */
    Command take(long now) {
        underWay = true;
        notBefore = now + PAUSE_MILLIS;
        deadBytes = broker.deadBytes();
        return new Command.TakeSnapshot(this);
    }

    @Override
    public void taken(Snapshot snapshot) {
        background.execute(() -> write(snapshot));
    }

    private void write(Snapshot snapshot) {
        noSpace = !store.write(snapshot.position(), snapshot);
        if (noSpace) {
            LOG.debugf("There is no space for the snapshot at position %d; it is tried again", snapshot.position());
        } else {
            position = snapshot.position();
            commands.submit(new Command.UseSnapshot(snapshot));
        }
        underWay = false;
    }
}

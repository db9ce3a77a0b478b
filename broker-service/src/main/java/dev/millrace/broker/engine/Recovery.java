package dev.millrace.broker.engine;

import dev.millrace.broker.core.Broker;
import dev.millrace.broker.core.History;
import dev.millrace.broker.core.MessageContent;
import dev.millrace.broker.core.MessageStore;
import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.LogCorruptException;
import dev.millrace.broker.log.LogSettings;
import dev.millrace.broker.log.SnapshotInvalidException;
import dev.millrace.broker.log.SnapshotStore;
import dev.millrace.broker.log.Storage;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Makes the broker what it was: the newest snapshot that is whole, then the log from there on. A damaged snapshot is
 * passed over where the log still reaches back far enough to do without it; else the start is refused.
 */
final class Recovery {

    private static final Logger LOG = Logger.getLogger(Recovery.class);

    /**
     * @param snapshotPosition of the snapshot that was used; 0 if there was none
     */
    record Result(CommitLog log, Broker broker, long snapshotPosition) {}

    private final Storage storage;
    private final EngineSettings settings;
    private final LogSettings logSettings;
    private final RandomGenerator random;
    private final MessageContent content;
    private final History history;

    Recovery(
            Storage storage,
            EngineSettings settings,
            LogSettings logSettings,
            RandomGenerator random,
            MessageContent content,
            History history) {
        this.content = content;
        this.history = history;
        this.storage = storage;
        this.settings = settings;
        this.logSettings = logSettings;
        this.random = random;
    }

    /**
     * @throws LogCorruptException if what is on disk is damaged
     * @throws dev.millrace.broker.log.LogFailedException if the storage fails
     */
    Result recover() {
        SnapshotStore snapshots = new SnapshotStore(storage);
        String damage = null;
        for (long position : snapshots.positions()) {
            Broker broker = new Broker(settings.autoCreate(), random, content, history);
            try {
                snapshots.read(position, broker::restore);
                return open(broker, position, damage);
            } catch (SnapshotInvalidException e) {
                LOG.warnf("%s The broker tries to do without it.", e.getMessage());
                damage = e.getMessage();
            }
        }
        return open(new Broker(settings.autoCreate(), random, content, history), 0, damage);
    }

    private Result open(Broker broker, long position, String damage) {
        try {
            CommitLog log = CommitLog.open(storage, logSettings, position, broker.recovery());
            broker.open(new MessageStore(log), position);
            return new Result(log, broker, position);
        } catch (LogCorruptException e) {
            throw damage == null
                    ? e
                    : new LogCorruptException(damage + " It cannot be done without: " + e.getMessage());
        }
    }
}

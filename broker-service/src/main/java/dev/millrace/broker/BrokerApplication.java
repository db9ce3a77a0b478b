package dev.millrace.broker;

import dev.millrace.broker.amqp.AmqpServer;
import dev.millrace.broker.amqp.MessageFilters;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.History;
import dev.millrace.broker.core.MessageContent;
import dev.millrace.broker.engine.BrokerEngine;
import dev.millrace.broker.engine.CommandSink;
import dev.millrace.broker.engine.EngineSettings;
import dev.millrace.broker.history.HistoryReader;
import dev.millrace.broker.history.HistorySettings;
import dev.millrace.broker.history.MessageHistory;
import dev.millrace.broker.json.JsonSchemas;
import dev.millrace.broker.json.MessagePatches;
import dev.millrace.broker.log.DelayedSyncStorage;
import dev.millrace.broker.log.FileStorage;
import dev.millrace.broker.log.LogCorruptException;
import dev.millrace.broker.log.LogFailedException;
import dev.millrace.broker.log.Storage;
import dev.millrace.broker.log.StorageUnavailableException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Starts the parts of the broker in order (disk, engine, declarations, AMQP port) and stops them in reverse. */
@ApplicationScoped
public class BrokerApplication {

    private static final Logger LOG = Logger.getLogger(BrokerApplication.class);
    private static final long LIMIT_SECONDS = 30;

    private final BrokerConfig config;
    private final Vertx vertx;

    private FileStorage storage;
    /** Null if none are kept. */
    private MessageHistory histories;

    private BrokerEngine engine;
    private AmqpServer server;
    private volatile boolean ready;
    private volatile boolean stopping;

    @Inject
    BrokerApplication(BrokerConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        try {
            long begun = System.nanoTime();
            storage = FileStorage.open(Path.of(config.dataDir()));
            EngineSettings settings = new EngineSettings(
                    config.log().segmentBytes(),
                    config.log().cacheBytes(),
                    config.autoCreate(),
                    config.log().snapshotBytes(),
                    config.log().lowWaterBytes());
            histories = openHistories();
            engine = BrokerEngine.start(
                    disk(),
                    settings,
                    new MessageContent(
                            new MessageFilters(), new MessagePatches(config.maxMessageBytes()), new JsonSchemas()),
                    histories == null ? History.NONE : histories,
                    System::currentTimeMillis,
                    this::endProcess);
            requireMessagesFitTheLog();
            declare();
            server = new AmqpServer(vertx, new PeerCommands(), AmqpConfiguration.settings(config));
            await(server.start().toCompletionStage().toCompletableFuture());
            ready = true;
            LOG.infof(
                    "Broker ready on AMQP port %d with the log of %s, recovered up to position %d in %d ms",
                    server.port(),
                    config.dataDir(),
                    engine.statistics().logEnd(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        } catch (StorageUnavailableException
                | LogCorruptException
                | LogFailedException
                | IllegalArgumentException
                | StartFailedException e) {
            refuse(e.getMessage());
        }
    }

    /** Nothing depends on histories, so whatever is wrong with their directory does not stop the start. */
    private MessageHistory openHistories() {
        if (config.history().maxBytes() == 0) {
            return null;
        }
        HistorySettings settings = new HistorySettings(
                config.history().maxBytes(),
                config.history().retention(),
                config.log().lowWaterBytes());
        Path directory = Path.of(config.dataDir(), FileStorage.HISTORY_DIRECTORY);
        try {
            return MessageHistory.open(directory, settings, System::currentTimeMillis);
        } catch (IOException e) {
            LOG.warnf("No histories of messages are kept: %s cannot be used (%s)", directory, e);
            return null;
        }
    }

    private Storage disk() {
        if (config.syncDelay().isZero()) {
            return storage;
        }
        LOG.warnf("Each sync takes %s longer (broker.sync-delay): for measurements only", config.syncDelay());
        return new DelayedSyncStorage(storage, config.syncDelay());
    }

    /** A link that ends because the broker stops is no failed attempt of its consumer. */
    private final class PeerCommands implements CommandSink {
        @Override
        public void submit(Command command) {
            if (!(stopping && command instanceof Command.DetachConsumer)) {
                engine.submit(command);
            }
        }

        @Override
        public void submit(List<Command> several) {
            if (stopping) {
                several.forEach(this::submit);
            } else {
                engine.submit(several);
            }
        }
    }

    /** A message that the log cannot hold would break off the core, long after the start. */
    private void requireMessagesFitTheLog() {
        if (config.maxMessageBytes() > engine.maxMessageBytes()) {
            throw new StartFailedException("messages of up to " + config.maxMessageBytes()
                    + " bytes (BROKER_MAX_MESSAGE_BYTES) do not fit into log segments of "
                    + config.log().segmentBytes() + " bytes: at most " + engine.maxMessageBytes() + " are possible.");
        }
    }

    private void declare() {
        CompletableFuture<Void> declared = new CompletableFuture<>();
        engine.submit(new Command.Declare(
                TopologyConfiguration.queues(config), TopologyConfiguration.topics(config), declared));
        await(declared);
    }

    private static void await(CompletableFuture<?> future) {
        try {
            future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StartFailedException(e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new StartFailedException("The broker was not started within " + LIMIT_SECONDS + " s.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("The start of the broker was interrupted.");
        }
    }

    private static final class StartFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StartFailedException(String message) {
            super(message);
        }
    }

    /**
     * Halts instead of exiting: nothing that a shutdown hook could still do is safe here. Before the start nothing was
     * opened for writing; after a failed write or sync the log must not be touched by this process again.
     */
    private static void refuse(String why) {
        LOG.errorf("The broker cannot run: %s", why);
        Runtime.getRuntime().halt(1);
    }

    private void endProcess(Throwable cause) {
        if (cause instanceof LogFailedException || cause instanceof LogCorruptException) {
            refuse(cause.getMessage());
        }
        LOG.errorf(cause, "The broker's core broke off");
        refuse("its core broke off, see above; it recovers from its log when it is started again.");
    }

    void stop(@Observes ShutdownEvent event) throws Exception {
        ready = false;
        stopping = true;
        if (server != null) {
            server.stop().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        if (engine != null) {
            engine.close();
        }
        if (histories != null) {
            histories.close();
        }
        if (storage != null) {
            storage.close();
        }
    }

    /** Whether clients are served. */
    boolean isReady() {
        return ready && engine.isHealthy();
    }

    /** For people; of a broker that is not ready. */
    String whyNotReady() {
        if (stopping) {
            return "stopping";
        }
        if (engine == null) {
            return "starting: the log is being recovered";
        }
        if (!engine.isHealthy()) {
            return "its core broke off or its disk failed: the process is ending, the log says why";
        }
        return "starting: the destinations are being declared and the AMQP port opened";
    }

    BrokerEngine engine() {
        return engine;
    }

    AmqpServer server() {
        return server;
    }

    /** Null if none are kept. */
    MessageHistory histories() {
        return histories;
    }

    @Produces
    @ApplicationScoped
    HistoryReader historyReader() {
        return messageId -> histories == null ? Optional.empty() : histories.find(messageId);
    }

    @Produces
    @ApplicationScoped
    CommandSink commands() {
        return command -> engine.submit(command);
    }
}

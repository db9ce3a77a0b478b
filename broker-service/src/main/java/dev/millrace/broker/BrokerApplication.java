package dev.millrace.broker;

import dev.millrace.broker.amqp.AmqpServer;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.TopicSettings;
import dev.millrace.broker.engine.BrokerEngine;
import dev.millrace.broker.engine.CommandSink;
import dev.millrace.broker.engine.EngineSettings;
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
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            engine = BrokerEngine.start(disk(), settings, System::currentTimeMillis, this::endProcess);
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
        Map<String, QueueSettings> queues = settings(config.queues());
        Map<String, TopicSettings> topics = new HashMap<>();
        config.topics().forEach((name, topic) -> topics.put(name, settings(topic)));
        CompletableFuture<Void> declared = new CompletableFuture<>();
        engine.submit(new Command.Declare(queues, topics, declared));
        await(declared);
    }

    private static Map<String, QueueSettings> settings(Map<String, BrokerConfig.QueueConfig> configs) {
        Map<String, QueueSettings> settings = new HashMap<>();
        configs.forEach((name, queue) -> settings.put(name, settings(queue)));
        return settings;
    }

    private static TopicSettings settings(BrokerConfig.TopicConfig topic) {
        BrokerConfig.Retention retention = topic.retention();
        return new TopicSettings(
                new RetentionSettings(retention.age().toMillis(), retention.bytes()), settings(topic.subscriptions()));
    }

    private static QueueSettings settings(BrokerConfig.QueueConfig queue) {
        BrokerConfig.Backoff backoff = queue.backoff();
        return new QueueSettings(
                queue.maxMessages(),
                queue.maxDeliveryAttempts(),
                new QueueSettings.Backoff(
                        backoff.initial().toMillis(),
                        backoff.multiplier(),
                        backoff.max().toMillis(),
                        backoff.jitter()),
                queue.lockDuration().toMillis());
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
        if (storage != null) {
            storage.close();
        }
    }

    /** Whether clients are served. */
    boolean isReady() {
        return ready && engine.isHealthy();
    }

    BrokerEngine engine() {
        return engine;
    }

    AmqpServer server() {
        return server;
    }

    @Produces
    @ApplicationScoped
    CommandSink commands() {
        return command -> engine.submit(command);
    }
}

package dev.millrace.broker.amqp;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.MessageContent;
import dev.millrace.broker.core.MessageEditor;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.TopicSettings;
import dev.millrace.broker.engine.BrokerEngine;
import dev.millrace.broker.engine.EngineSettings;
import dev.millrace.broker.json.JsonSchemas;
import dev.millrace.broker.log.FileStorage;
import io.vertx.core.Vertx;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.jms.JmsConnectionFactory;

/** A front over the real engine and a log on disk, for one test, which fails in the end if the engine has failed. */
final class EngineFront implements AutoCloseable {

    private static final long LIMIT_SECONDS = 30;
    private static final QueueSettings QUICK =
            new QueueSettings(1_000, 5, new QueueSettings.Backoff(10, 1.0, 10, 0), 30_000);

    private final Path directory;
    private final boolean autoCreate;
    private final AtomicReference<Throwable> failed = new AtomicReference<>();
    private Vertx vertx;
    private FileStorage storage;
    private BrokerEngine engine;
    private AmqpServer server;

    EngineFront(Path directory) throws Exception {
        this(directory, true);
    }

    /** @param autoCreate whether an unknown address makes a destination */
    EngineFront(Path directory, boolean autoCreate) throws Exception {
        this.directory = directory;
        this.autoCreate = autoCreate;
        start();
    }

    private void start() throws Exception {
        vertx = Vertx.vertx();
        storage = FileStorage.open(directory);
        EngineSettings settings = new EngineSettings(1 << 20, 64 << 20, autoCreate, 4 << 20, 0);
        engine = BrokerEngine.start(
                storage,
                settings,
                new MessageContent(new MessageFilters(), MessageEditor.Compiler.NONE, new JsonSchemas()),
                System::currentTimeMillis,
                failed::set);
        CompletableFuture<Void> declared = new CompletableFuture<>();
        engine.submit(new Command.Declare(
                Map.of("emails", QUICK),
                Map.of("orders", new TopicSettings(RetentionSettings.DEFAULT, Map.of("inventory", QUICK))),
                declared));
        declared.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        server = new AmqpServer(vertx, engine, AmqpFront.settings());
        await(server.start());
    }

    int port() {
        return server.port();
    }

    Vertx vertx() {
        return vertx;
    }

    /** Stops and starts again on the same directory. */
    void restart() throws Exception {
        close();
        start();
    }

    /** Qpid JMS, started. */
    Connection jms(String options) throws JMSException {
        Connection connection = new JmsConnectionFactory("amqp://127.0.0.1:" + port() + options).createConnection();
        connection.start();
        return connection;
    }

    <T> T ask(AdminRequest<T> request) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        engine.submit(new Command.Administer<>(request, answer));
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    List<DestinationView> describe() throws Exception {
        CompletableFuture<List<DestinationView>> answer = new CompletableFuture<>();
        engine.submit(new Command.Describe(answer));
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    boolean exists(String name) throws Exception {
        return describe().stream().anyMatch(view -> view.name().equals(name));
    }

    long depth(String name) throws Exception {
        return describe().stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow()
                .depth();
    }

    private static void await(io.vertx.core.Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(server.stop());
        engine.close();
        storage.close();
        await(vertx.close());
        if (failed.get() != null) {
            throw new AssertionError("the engine has failed", failed.get());
        }
    }
}

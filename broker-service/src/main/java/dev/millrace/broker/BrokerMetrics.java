package dev.millrace.broker;

import dev.millrace.broker.amqp.AmqpStatistics;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.engine.EngineStatistics;
import dev.millrace.broker.history.MessageHistory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;

/** What Prometheus is told of the broker: its log, and depth, deliveries and dead letters of each destination. */
@ApplicationScoped
public class BrokerMetrics {

    /** The numbers of destinations are asked of the core this often, not at every scrape. */
    private static final long REFRESH_MILLIS = 2_000;

    /** Destinations beyond this many are summed up, so that made-up names cannot fill the registry; bindings, too. */
    private static final int MAX_DESTINATIONS = 1_000;

    private final BrokerApplication broker;
    private final MeterRegistry registry;
    private final Vertx vertx;
    private long timer;

    BrokerMetrics(BrokerApplication broker, MeterRegistry registry, Vertx vertx) {
        this.broker = broker;
        this.registry = registry;
        this.vertx = vertx;
    }

    void start(@Observes @Priority(10) StartupEvent event) {
        counter("broker.commands", "Commands executed", EngineStatistics::commands);
        counter("broker.log.syncs", "Syncs of the commit log", EngineStatistics::syncs);
        amqpCounter("broker.amqp.messages.in", "Messages taken from publishers", AmqpStatistics::messagesIn);
        amqpCounter("broker.amqp.messages.out", "Messages sent to consumers", AmqpStatistics::messagesOut);
        amqpCounter("broker.amqp.messages.rejected", "Messages refused", AmqpStatistics::messagesRejected);
        amqpCounter(
                "broker.amqp.violations",
                "Connections ended because the peer broke the protocol",
                AmqpStatistics::protocolViolations);
        amqpGauge("broker.amqp.connections", "Connections that are open", AmqpStatistics::connections);
        amqpGauge("broker.amqp.publishers", "Links that publish", AmqpStatistics::publishers);
        amqpGauge("broker.amqp.consumers", "Links that receive", AmqpStatistics::consumers);
        Gauge.builder("broker.ready", broker, source -> source.isReady() ? 1 : 0)
                .description("1 while clients are served; the health check says why they are not")
                .register(registry);
        gauge("broker.log.end", "Position behind the last record of the commit log", EngineStatistics::logEnd);
        gauge("broker.log.bytes", "Bytes of all segments of the commit log", EngineStatistics::logBytes);
        gauge("broker.log.snapshot", "Position from which a recovery reads", EngineStatistics::snapshotPosition);
        gauge(
                "broker.disk.short",
                "Space on the disk: 0 enough, 1 low (publishers get no credit), 2 full (they are refused)",
                statistics -> statistics.disk().ordinal());
        if (broker.histories() != null) {
            describeHistories(broker.histories());
        }
        DestinationMetrics destinations = new DestinationMetrics(registry, MAX_DESTINATIONS);
        BindingMetrics bindings = new BindingMetrics(registry, MAX_DESTINATIONS);
        timer = vertx.setPeriodic(0, REFRESH_MILLIS, id -> describe().thenAccept(views -> {
            destinations.update(views);
            bindings.update(views);
        }));
    }

    private void describeHistories(MessageHistory histories) {
        Gauge.builder("broker.history.bytes", histories, MessageHistory::bytes)
                .description("Bytes of the histories of messages on disk")
                .register(registry);
        FunctionCounter.builder("broker.history.missed", histories, MessageHistory::missed)
                .description("Events of messages not kept, because the disk was full or too slow")
                .register(registry);
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void counter(String name, String description, ToDoubleFunction<EngineStatistics> value) {
        FunctionCounter.builder(
                        name,
                        broker,
                        source -> value.applyAsDouble(source.engine().statistics()))
                .description(description)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<EngineStatistics> value) {
        Gauge.builder(name, () -> value.applyAsDouble(broker.engine().statistics()))
                .description(description)
                .register(registry);
    }

    private void amqpCounter(String name, String description, ToDoubleFunction<AmqpStatistics> value) {
        FunctionCounter.builder(name, broker.server().statistics(), value)
                .description(description)
                .register(registry);
    }

    private void amqpGauge(String name, String description, ToDoubleFunction<AmqpStatistics> value) {
        Gauge.builder(name, broker.server().statistics(), value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private CompletableFuture<List<DestinationView>> describe() {
        CompletableFuture<List<DestinationView>> answer = new CompletableFuture<>();
        broker.engine().submit(new Command.Describe(answer));
        return answer;
    }
}

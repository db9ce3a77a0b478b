package dev.millrace.broker;

import dev.millrace.broker.amqp.AmqpStatistics;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.engine.EngineStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
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

    /** Destinations beyond this many are left out, so that made-up names cannot fill the registry. */
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
        gauge("broker.log.end", "Position behind the last record of the commit log", EngineStatistics::logEnd);
        gauge("broker.log.bytes", "Bytes of all segments of the commit log", EngineStatistics::logBytes);
        gauge("broker.log.snapshot", "Position from which a recovery reads", EngineStatistics::snapshotPosition);
        gauge(
                "broker.disk.short",
                "Space on the disk: 0 enough, 1 low (publishers get no credit), 2 full (they are refused)",
                statistics -> statistics.disk().ordinal());
        MultiGauge depth = gauge("broker.destination.depth", "Messages not settled; of a topic, messages kept");
        MultiGauge inFlight = gauge("broker.destination.in.flight", "Deliveries that wait for their settlement");
        MultiGauge scheduled = gauge("broker.destination.scheduled", "Messages that wait for their time or a retry");
        MultiGauge dead = gauge("broker.destination.dead.letters", "Messages in its dead-letter queue");
        MultiGauge age = gauge("broker.destination.oldest.age.seconds", "Age of the oldest message not settled");
        MultiGauge consumers = gauge("broker.destination.consumers", "Links that receive from it");
        timer = vertx.setPeriodic(0, REFRESH_MILLIS, id -> describe().thenAccept(views -> {
            depth.register(rows(views, DestinationView::depth), true);
            inFlight.register(rows(views, DestinationView::inFlight), true);
            scheduled.register(rows(views, DestinationView::scheduled), true);
            dead.register(rows(views, DestinationView::deadLetters), true);
            age.register(rows(views, view -> view.oldestAgeMillis() / 1_000.0), true);
            consumers.register(rows(views, DestinationView::consumers), true);
        }));
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

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private CompletableFuture<List<DestinationView>> describe() {
        CompletableFuture<List<DestinationView>> answer = new CompletableFuture<>();
        broker.engine().submit(new Command.Describe(answer));
        return answer;
    }

    private static Iterable<MultiGauge.Row<?>> rows(
            List<DestinationView> views, ToDoubleFunction<DestinationView> value) {
        return views.stream()
                .limit(MAX_DESTINATIONS)
                .<MultiGauge.Row<?>>map(view -> MultiGauge.Row.of(
                        Tags.of("kind", view.kind().name().toLowerCase(), "destination", view.name()), view, value))
                .toList();
    }
}

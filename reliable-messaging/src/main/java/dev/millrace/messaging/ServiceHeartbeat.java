package dev.millrace.messaging;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonSender;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.message.Message;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tells the topic {@code heartbeats} now and then that this instance lives: {@code service.heartbeat}, at most once. It is
 * sent pre-settled, so nobody waits for an outcome, nothing is repeated, and what the broker does not take is lost: a
 * later one says more than an older one ever could. What must not get lost goes through the outbox.
 *
 * <p>All state is confined to one context.
 */
@ApplicationScoped
class ServiceHeartbeat {

    static final String TOPIC = "heartbeats";
    static final String TYPE = "service.heartbeat";

    private final Vertx vertx;
    private final BrokerAddress broker;
    private final String source;
    private final Duration interval;
    private final String instance = UUID.randomUUID().toString();
    private final Instant startedAt = Instant.now();
    private SideConnection connection;
    private ProtonSender sender;
    private volatile boolean stopped;

    ServiceHeartbeat(
            Vertx vertx,
            BrokerAddress broker,
            @ConfigProperty(name = "millrace.source") String source,
            @ConfigProperty(name = "millrace.heartbeat.interval", defaultValue = "PT10S") Duration interval) {
        this.vertx = vertx;
        this.broker = broker;
        this.source = source;
        this.interval = interval;
    }

    /** An interval of zero turns it off. */
    void start(@Observes StartupEvent event) {
        if (interval.isZero()) {
            return;
        }
        connection = new SideConnection(
                vertx, broker, source.substring(1) + "-heartbeat@" + instance, this::attach, () -> sender = null);
        connection.start();
        connection.run(() -> vertx.setPeriodic(interval.toMillis(), timer -> {
            if (stopped) {
                vertx.cancelTimer(timer);
            } else if (sender != null && !sender.sendQueueFull()) {
                sender.send(message());
            }
        }));
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        if (connection != null) {
            connection.stop();
        }
    }

    private void attach(ProtonConnection opened) {
        ProtonSender attaching = opened.createSender(TOPIC);
        var target = (Target) attaching.getTarget();
        target.setCapabilities(Symbol.valueOf("topic"));
        attaching.setQoS(ProtonQoS.AT_MOST_ONCE);
        attaching.openHandler(answer -> {
            if (answer.succeeded() && attaching.getRemoteTarget() != null) {
                sender = attaching;
            }
        });
        attaching.sendQueueDrainHandler(credit -> {
            // The first credit: the first heartbeat.
            attaching.sendQueueDrainHandler(null);
            attaching.send(message());
        });
        attaching.closeHandler(closed -> opened.disconnect());
        attaching.open();
    }

    private Message message() {
        Instant now = Instant.now();
        String id = UUID.randomUUID().toString();
        Message message = Proton.message();
        var header = new Header();
        header.setDurable(false);
        header.setTtl(UnsignedInteger.valueOf(3 * interval.toMillis()));
        message.setHeader(header);
        var properties = new Properties();
        properties.setMessageId(id);
        properties.setSubject(TYPE);
        properties.setContentType(Symbol.valueOf(JsonBody.CONTENT_TYPE));
        message.setProperties(properties);
        message.setApplicationProperties(new ApplicationProperties(Map.of(
                "cloudEvents:specversion", "1.0",
                "cloudEvents:id", id,
                "cloudEvents:source", source,
                "cloudEvents:type", TYPE,
                "cloudEvents:time", now.toString())));
        message.setBody(JsonBody.of(new JsonObject()
                .put("instance", instance)
                .put("startedAt", startedAt.toString())
                .put("at", now.toString())));
        return message;
    }
}

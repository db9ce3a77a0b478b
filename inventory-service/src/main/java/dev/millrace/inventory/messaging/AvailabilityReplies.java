package dev.millrace.inventory.messaging;

import dev.millrace.inventory.application.Reservations;
import dev.millrace.inventory.domain.Demand;
import dev.millrace.inventory.domain.ReservationLine;
import dev.millrace.messaging.BrokerAddress;
import dev.millrace.messaging.JsonBody;
import dev.millrace.messaging.SideConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonSender;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.message.Message;
import org.jboss.logging.Logger;

/**
 * Answers questions from the queue {@code availability}: whether there is enough for all lines, now. Each answer goes
 * where the question says, with its correlation-id; both are pre-settled and may get lost. A question that waited for
 * longer than anybody waits for its answer is left alone, as is one that cannot be read.
 *
 * <p>Links are used in the connection's context alone; the database is asked on virtual threads.
 */
@ApplicationScoped
class AvailabilityReplies {

    static final String QUEUE = "availability";

    private static final Logger LOG = Logger.getLogger(AvailabilityReplies.class);
    /** Questions that are being answered at one time at most: each takes a database connection for a moment. */
    private static final int AT_ONCE = 4;

    private static final Duration TOO_OLD = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final BrokerAddress broker;
    private final Reservations reservations;
    private final MeterRegistry meters;
    private SideConnection connection;
    /** Null while there is none. */
    private ProtonSender sender;

    AvailabilityReplies(Vertx vertx, BrokerAddress broker, Reservations reservations, MeterRegistry meters) {
        this.vertx = vertx;
        this.broker = broker;
        this.reservations = reservations;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        connection = new SideConnection(
                vertx,
                broker,
                "inventory-service-availability@" + UUID.randomUUID(),
                this::attach,
                () -> sender = null);
        connection.start();
    }

    void stop(@Observes ShutdownEvent event) {
        connection.stop();
    }

    private void attach(ProtonConnection opened) {
        // Without an address: each message says where it goes.
        ProtonSender replies = opened.createSender(null);
        replies.setQoS(ProtonQoS.AT_MOST_ONCE);
        replies.closeHandler(closed -> opened.disconnect());
        replies.openHandler(answer -> {
            if (answer.succeeded()) {
                sender = replies;
                receive(opened, replies);
            }
        });
        replies.open();
    }

    private void receive(ProtonConnection opened, ProtonSender replies) {
        ProtonReceiver questions = opened.createReceiver(QUEUE);
        // No credit by itself: a question more when one is done.
        questions.setQoS(ProtonQoS.AT_MOST_ONCE).setPrefetch(0);
        questions.handler((delivery, question) -> Thread.ofVirtual().start(() -> {
            Optional<Message> reply = replyTo(question);
            connection.run(() -> {
                if (sender == replies) { // else the links are gone, with their credit
                    reply.filter(ready -> !replies.sendQueueFull()).ifPresent(replies::send);
                    questions.flow(1);
                }
            });
        }));
        questions.closeHandler(closed -> opened.disconnect());
        questions.openHandler(answer -> questions.flow(AT_ONCE));
        questions.open();
    }

    private Optional<Message> replyTo(Message question) {
        try {
            if (question.getReplyTo() == null
                    || System.currentTimeMillis() - question.getCreationTime() > TOO_OLD.toMillis()) {
                count("none");
                return Optional.empty();
            }
            boolean available = reservations.isAvailable(demand(question));
            count(available ? "available" : "short");
            return Optional.of(reply(question, available));
        } catch (RuntimeException e) {
            LOG.debugf("No answer to question %s: %s", question.getMessageId(), e);
            count("failed");
            return Optional.empty();
        }
    }

    private static Demand demand(Message question) {
        return Demand.of(JsonBody.of(question).getJsonArray("lines").stream()
                .map(JsonObject.class::cast)
                .map(line -> ReservationLine.of(line.getString("sku"), line.getLong("quantity")))
                .toList());
    }

    private static Message reply(Message question, boolean available) {
        var properties = new Properties();
        properties.setTo(question.getReplyTo());
        properties.setCorrelationId(question.getCorrelationId());
        properties.setContentType(Symbol.valueOf(JsonBody.CONTENT_TYPE));
        Message reply = Proton.message();
        reply.setProperties(properties);
        reply.setBody(JsonBody.of(new JsonObject().put("available", available)));
        return reply;
    }

    private void count(String answer) {
        meters.counter("inventory.availability.questions", "answer", answer).increment();
    }
}

package dev.millrace.order.messaging;

import dev.millrace.messaging.BrokerAddress;
import dev.millrace.messaging.JsonBody;
import dev.millrace.messaging.SideConnection;
import dev.millrace.messaging.TransientFailure;
import dev.millrace.order.application.Availability;
import dev.millrace.order.application.PlaceOrderCommand;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.faulttolerance.api.AsynchronousNonBlocking;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerName;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonLinkOptions;
import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonSender;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.message.Message;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Request and reply over the broker: the question goes to the queue {@code availability}, the answer comes back, by its
 * correlation-id, to a node that the broker made for this instance's connection. Both are sent pre-settled: an answer
 * that is lost is one that comes too late, and nothing depends on it.
 *
 * <p>While there are no answers the circuit breaker opens, and nobody is asked for some seconds; then a few questions
 * find out whether it may close. Thread-safe.
 */
@ApplicationScoped
class AvailabilityInquiry implements Availability {

    static final String QUEUE = "availability";

    private static final String BREAKER = "availability";
    /** Questions without an answer at most; beyond that nobody is asked. */
    private static final int MAX_OPEN = 2_000;
    /** Longer than the time-out, which has told those who wait by then. */
    private static final Duration FORGET = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final BrokerAddress broker;
    private final Map<String, Question> open = new ConcurrentHashMap<>();
    private SideConnection connection;
    private volatile boolean stopped;
    private volatile ProtonSender sender;
    private volatile String replyTo;

    private record Question(CompletableFuture<Answer> answer, long askedNanos) {}

    AvailabilityInquiry(Vertx vertx, BrokerAddress broker, CircuitBreakerMaintenance breakers, MeterRegistry metrics) {
        this.vertx = vertx;
        this.broker = broker;
        for (CircuitBreakerState state : CircuitBreakerState.values()) {
            String name = state.name().toLowerCase(Locale.ROOT).replace('_', '-');
            metrics.gauge(
                    "millrace.availability.breaker",
                    Tags.of("state", name),
                    this,
                    self -> breakers.currentState(BREAKER) == state ? 1 : 0);
        }
    }

    void start(@Observes StartupEvent event) {
        connection = new SideConnection(
                vertx, broker, "order-service-availability@" + UUID.randomUUID(), this::attach, this::detached);
        connection.start();
        connection.run(() -> vertx.setPeriodic(FORGET.toMillis(), timer -> {
            if (stopped) {
                vertx.cancelTimer(timer);
            } else {
                forget();
            }
        }));
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        connection.stop();
    }

    @Override
    @AsynchronousNonBlocking
    @Timeout(250)
    @CircuitBreakerName(BREAKER)
    @CircuitBreaker(requestVolumeThreshold = 20, failureRatio = 0.5, delay = 5_000, successThreshold = 5)
    public CompletionStage<Answer> of(List<PlaceOrderCommand.Line> lines) {
        if (sender == null || replyTo == null || open.size() >= MAX_OPEN) {
            return CompletableFuture.failedStage(new TransientFailure("inventory-service cannot be asked now"));
        }
        String id = UUID.randomUUID().toString();
        var answer = new CompletableFuture<Answer>();
        open.put(id, new Question(answer, System.nanoTime()));
        connection.run(() -> send(id, lines));
        return answer;
    }

    private void send(String id, List<PlaceOrderCommand.Line> lines) {
        ProtonSender through = sender;
        if (through != null && !through.sendQueueFull()) {
            through.send(question(id, lines));
        }
    }

    private Message question(String id, List<PlaceOrderCommand.Line> lines) {
        var wanted = new JsonArray();
        lines.forEach(line -> wanted.add(new JsonObject().put("sku", line.sku()).put("quantity", line.quantity())));
        var properties = new Properties();
        properties.setMessageId(id);
        properties.setCorrelationId(id);
        properties.setReplyTo(replyTo);
        properties.setContentType(Symbol.valueOf(JsonBody.CONTENT_TYPE));
        // Who comes to it late need not answer any more.
        properties.setCreationTime(new Date());
        Message message = Proton.message();
        message.setProperties(properties);
        message.setBody(JsonBody.of(new JsonObject().put("lines", wanted)));
        return message;
    }

    private void attach(ProtonConnection opened) {
        ProtonReceiver replies = opened.createReceiver(null, new ProtonLinkOptions().setDynamic(true));
        replies.setQoS(ProtonQoS.AT_MOST_ONCE);
        replies.handler((delivery, message) -> answered(message));
        replies.openHandler(answer -> {
            if (answer.succeeded() && replies.getRemoteSource() != null) {
                replyTo = replies.getRemoteSource().getAddress();
            }
        });
        replies.closeHandler(closed -> opened.disconnect());
        replies.open();
        ProtonSender questions = opened.createSender(QUEUE);
        questions.setQoS(ProtonQoS.AT_MOST_ONCE);
        questions.openHandler(answer -> {
            if (answer.succeeded() && questions.getRemoteTarget() != null) {
                sender = questions;
            }
        });
        questions.closeHandler(closed -> opened.disconnect());
        questions.open();
    }

    private void detached() {
        sender = null;
        replyTo = null;
    }

    private void answered(Message message) {
        Question question = open.remove(String.valueOf(message.getCorrelationId()));
        if (question == null) {
            return; // too late
        }
        try {
            question.answer.complete(
                    JsonBody.of(message).getBoolean("available", false) ? Answer.AVAILABLE : Answer.SHORT);
        } catch (DecodeException | ClassCastException e) {
            question.answer.completeExceptionally(e);
        }
    }

    private void forget() {
        long now = System.nanoTime();
        open.values().removeIf(question -> now - question.askedNanos > FORGET.toNanos());
    }
}

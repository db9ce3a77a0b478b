package dev.millrace.messaging;

import io.vertx.amqp.impl.AmqpMessageImpl;
import io.vertx.core.Handler;
import io.vertx.proton.ProtonDelivery;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/**
 * Settles a delivery as {@code rejected} with its error (AMQP 1.0, section 3.4.3), so that the dead letter says why.
 *
 * <p>The Vert.x client's own {@code rejected()} sends no error, and it keeps the delivery to itself; hence the handles
 * into its two private members. They are looked up when the class is loaded: a client that has changed is noticed by
 * the first test, not by the first poison message.
 */
final class Rejection {

    private static final Symbol CONDITION = Symbol.valueOf("millrace:permanent-failure");
    /** Keeps the disposition well within one frame, whatever an exception has to say. */
    private static final int MAX_DESCRIPTION_CHARS = 500;

    private static final VarHandle DELIVERY;
    private static final VarHandle CONNECTION;
    private static final MethodHandle RUN_ON_CONNECTION;

    static {
        try {
            var connectionType = Class.forName("io.vertx.amqp.impl.AmqpConnectionImpl");
            var message = MethodHandles.privateLookupIn(AmqpMessageImpl.class, MethodHandles.lookup());
            var connection = MethodHandles.privateLookupIn(connectionType, MethodHandles.lookup());
            DELIVERY = message.findVarHandle(AmqpMessageImpl.class, "delivery", ProtonDelivery.class);
            CONNECTION = message.findVarHandle(AmqpMessageImpl.class, "connection", connectionType);
            RUN_ON_CONNECTION = connection.findVirtual(
                    connectionType, "runWithTrampoline", MethodType.methodType(void.class, Handler.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Rejection() {}

    /** Rejects the message on its connection's thread; completes when the disposition is written. */
    static CompletionStage<Void> send(io.vertx.amqp.AmqpMessage message, Throwable failure) {
        var delivery = (ProtonDelivery) DELIVERY.get((AmqpMessageImpl) message);
        var outcome = new Rejected();
        outcome.setError(new ErrorCondition(CONDITION, description(failure)));
        var done = new CompletableFuture<Void>();
        Handler<Void> settle = ignored -> {
            delivery.disposition(outcome, true);
            done.complete(null);
        };
        try {
            RUN_ON_CONNECTION.invoke(CONNECTION.get((AmqpMessageImpl) message), settle);
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    static String description(Throwable failure) {
        var text = new StringBuilder();
        var current = failure;
        for (int depth = 0; current != null && depth < 5; depth++) {
            text.append(depth == 0 ? "" : ": caused by ")
                    .append(current.getClass().getSimpleName())
                    .append(' ')
                    .append(firstLine(current.getMessage()));
            current = current.getCause();
        }
        return text.length() <= MAX_DESCRIPTION_CHARS ? text.toString() : text.substring(0, MAX_DESCRIPTION_CHARS);
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}

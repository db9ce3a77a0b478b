package dev.millrace.messaging;

import io.vertx.amqp.impl.AmqpMessageImpl;
import io.vertx.core.Handler;
import io.vertx.proton.ProtonDelivery;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/**
 * Settles a delivery that failed, with its reason, so that the dead letter says why: as {@code rejected} with an error
 * (AMQP 1.0, section 3.4.2), or as {@code modified(delivery-failed)} (section 3.4.5), which has no place for an error;
 * there it rides in the annotations {@code x-opt-error-condition} and {@code x-opt-error-description}. A broker that does
 * not know them may pass over them, since their names begin with {@code x-opt-} (section 3.2.10).
 *
 * <p>The Vert.x client's own {@code rejected()} and {@code modified()} send no reason, and it keeps the delivery to
 * itself; hence the handles into its two private members. They are looked up when the class is loaded: a client that has
 * changed is noticed by the first test, not by the first poison message.
 */
final class FailedDelivery {

    private static final Symbol PERMANENT = Symbol.valueOf("millrace:permanent-failure");
    private static final Symbol TRANSIENT = Symbol.valueOf("millrace:transient-failure");
    private static final Symbol CONDITION = Symbol.valueOf("x-opt-error-condition");
    private static final Symbol DESCRIPTION = Symbol.valueOf("x-opt-error-description");

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

    private FailedDelivery() {}

    /** Straight to the dead letters; completes when the disposition is written. */
    static CompletionStage<Void> reject(io.vertx.amqp.AmqpMessage message, Throwable failure) {
        var outcome = new Rejected();
        outcome.setError(new ErrorCondition(PERMANENT, FailureReason.of(failure)));
        return settle(message, outcome);
    }

    /** One more failed attempt, after which the broker decides; completes when the disposition is written. */
    static CompletionStage<Void> fail(io.vertx.amqp.AmqpMessage message, Throwable failure) {
        var outcome = new Modified();
        outcome.setDeliveryFailed(true);
        outcome.setMessageAnnotations(Map.of(CONDITION, TRANSIENT, DESCRIPTION, FailureReason.of(failure)));
        return settle(message, outcome);
    }

    /** On the connection's own thread. */
    private static CompletionStage<Void> settle(io.vertx.amqp.AmqpMessage message, DeliveryState outcome) {
        var delivery = (ProtonDelivery) DELIVERY.get((AmqpMessageImpl) message);
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
}

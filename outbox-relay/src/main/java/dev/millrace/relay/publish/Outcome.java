package dev.millrace.relay.publish;

import java.util.Set;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/** What the broker said to one message (AMQP 1.0, 3.4), in the three kinds that matter to a sender. */
sealed interface Outcome {
    /** It is the broker's now. */
    record Done() implements Outcome {}

    /** Not now: to be sent again. */
    record Later(String condition, String description) implements Outcome {}

    /** Not this one, however often. */
    record Never(String condition, String description) implements Outcome {}

    /** {@code rejected} says that the message is invalid, but these conditions say that the time is wrong. */
    Set<String> PASSING_CONDITIONS = Set.of(
            "amqp:resource-limit-exceeded",
            "amqp:internal-error",
            "amqp:resource-locked",
            "amqp:resource-deleted",
            "amqp:illegal-state",
            "amqp:link:detach-forced",
            "amqp:connection:forced");

    /** Reads a delivery's remote state; null (settled without an outcome) counts as not now. */
    static Outcome of(DeliveryState state) {
        return switch (state) {
            case Accepted accepted -> new Done();
            case Rejected rejected -> ofRejection(rejected.getError());
            case Released released -> new Later("released", "the broker released the message");
            case Modified modified
            when Boolean.TRUE.equals(modified.getUndeliverableHere()) ->
                new Never("modified", "the broker says that the message cannot be delivered here");
            case Modified modified -> new Later("modified", "the broker says that the delivery failed");
            case null -> new Later("none", "the broker settled the message without an outcome");
            default -> new Later("unknown", "the broker answered " + state);
        };
    }

    private static Outcome ofRejection(ErrorCondition error) {
        if (error == null || error.getCondition() == null) {
            return new Never("rejected", "the broker rejected the message without saying why");
        }
        String condition = error.getCondition().toString();
        String description = error.getDescription() == null ? condition : error.getDescription();
        return PASSING_CONDITIONS.contains(condition)
                ? new Later(condition, description)
                : new Never(condition, description);
    }
}

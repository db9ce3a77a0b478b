package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.Terminus;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;

/** Between the engine's sources and targets and ours. */
final class Termini {

    private static final Symbol TOPIC = Symbol.valueOf("topic");
    private static final Symbol QUEUE = Symbol.valueOf("queue");

    private Termini() {}

    /** A target without an address means that each message names its own. */
    static Terminus of(Target target) {
        return target == null
                ? new Terminus(null, Terminus.Kind.ANY)
                : new Terminus(emptyToNull(target.getAddress()), kind(target.getCapabilities()));
    }

    static Terminus of(Source source) {
        return new Terminus(emptyToNull(source.getAddress()), kind(source.getCapabilities()));
    }

    /** What a delivery comes to that is settled without a word on how; released unless the consumer said otherwise. */
    static Outcome defaultOutcome(Source source) {
        return switch (source.getDefaultOutcome()) {
            case Accepted accepted -> Outcome.ACCEPTED;
            case Modified modified ->
                new Outcome.Modified(
                        Boolean.TRUE.equals(modified.getDeliveryFailed()),
                        Boolean.TRUE.equals(modified.getUndeliverableHere()),
                        0,
                        "");
            case Rejected rejected -> new Outcome.Rejected("");
            case null, default -> Outcome.RELEASED;
        };
    }

    private static String emptyToNull(String address) {
        return address == null || address.isEmpty() ? null : address;
    }

    private static Terminus.Kind kind(Symbol[] capabilities) {
        if (capabilities != null) {
            for (Symbol capability : capabilities) {
                if (TOPIC.equals(capability)) {
                    return Terminus.Kind.TOPIC;
                }
                if (QUEUE.equals(capability)) {
                    return Terminus.Kind.QUEUE;
                }
            }
        }
        return Terminus.Kind.ANY;
    }

    /** What the attach answers: the peer's own target, so that it sees that it has got what it asked for. */
    static Target echo(Target asked) {
        return asked == null ? new Target() : asked;
    }

    /** The peer's source without what is not applied: filters. */
    static Source echo(Source asked) {
        Source source = (Source) asked.copy();
        source.setFilter(null);
        return source;
    }
}

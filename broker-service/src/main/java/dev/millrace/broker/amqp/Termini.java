package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.Terminus;
import java.util.Map;
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
    private static final Symbol TEMPORARY_TOPIC = Symbol.valueOf("temporary-topic");
    private static final Symbol TEMPORARY_QUEUE = Symbol.valueOf("temporary-queue");

    private Termini() {}

    /** A target without an address means that each message names its own. */
    static Terminus of(Target target) {
        return target == null
                ? new Terminus(null, Terminus.Kind.ANY)
                : of(target.getAddress(), target.getDynamic(), target.getCapabilities());
    }

    static Terminus of(Source source) {
        return of(source.getAddress(), source.getDynamic(), source.getCapabilities());
    }

    private static Terminus of(String address, boolean dynamic, Symbol[] capabilities) {
        Terminus.Kind kind = kind(capabilities);
        if (!dynamic) {
            return new Terminus(emptyToNull(address), kind);
        }
        return new Terminus(
                null, kind == Terminus.Kind.TOPIC ? Terminus.Kind.TEMPORARY_TOPIC : Terminus.Kind.TEMPORARY_QUEUE);
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
                if (TOPIC.equals(capability) || TEMPORARY_TOPIC.equals(capability)) {
                    return Terminus.Kind.TOPIC;
                }
                if (QUEUE.equals(capability) || TEMPORARY_QUEUE.equals(capability)) {
                    return Terminus.Kind.QUEUE;
                }
            }
        }
        return Terminus.Kind.ANY;
    }

    /**
     * What the attach answers: the peer's own target, so that it sees that it has got what it asked for.
     *
     * @param address of what was made for it; null if nothing was
     */
    static Target echo(Target asked, String address) {
        if (asked == null || address == null) {
            return asked == null ? new Target() : asked;
        }
        Target target = (Target) asked.copy();
        target.setAddress(address);
        return target;
    }

    /** The peer's source with the filters that are applied, and no others. */
    static Source echo(Source asked, Map<Symbol, Object> appliedFilters, String address) {
        Source source = (Source) asked.copy();
        source.setAddress(address);
        source.setFilter(appliedFilters.isEmpty() ? null : appliedFilters);
        return source;
    }
}

package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Terminus;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transaction.Coordinator;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;

/** Makes our end of a link that a peer attaches, and says what of it is not possible here. */
final class LinkAttachment {

    private LinkAttachment() {}

    /** Makes our end; it has asked the broker for the link, or refused it, when this returns. */
    static void attach(AmqpSession session, Link link, Performative.Attach attach, boolean tooMany) {
        SourceFilters filters = SourceFilters.of(link instanceof Receiver ? null : link.getRemoteSource());
        LinkEnd end = link instanceof Receiver ? publisher(session, link, attach) : consumer(session, link, filters);
        session.add((int) attach.handle, end);
        link.setContext(end);
        ErrorCondition refusal = tooMany
                ? new ErrorCondition(AmqpErrors.RESOURCE_LIMIT_EXCEEDED, "too many links on this connection")
                : refusal(link, filters);
        if (refusal == null) {
            end.attach();
        } else {
            end.refuse(refusal);
        }
    }

    private static LinkEnd publisher(AmqpSession session, Link link, Performative.Attach attach) {
        if (link.getRemoteTarget() instanceof Coordinator) {
            return new ControllerEnd(session, link, attach.initialDeliveryCount);
        }
        Terminus target = link.getRemoteTarget() instanceof Target asked
                ? Termini.of(asked)
                : new Terminus(null, Terminus.Kind.ANY);
        return new PublisherEnd(session, link, target, attach.initialDeliveryCount);
    }

    private static LinkEnd consumer(AmqpSession session, Link link, SourceFilters filters) {
        Source source = link.getRemoteSource() instanceof Source asked ? asked : new Source();
        return new ConsumerEnd(session, link, source, filters);
    }

    private static ErrorCondition refusal(Link link, SourceFilters filters) {
        if (filters.error() != null) {
            return new ErrorCondition(AmqpErrors.INVALID_FIELD, filters.error());
        }
        return link instanceof Receiver ? refusalOfPublisher(link) : refusalOfConsumer(link);
    }

    private static ErrorCondition refusalOfPublisher(Link link) {
        return switch (link.getRemoteTarget()) {
            case null -> null;
            case Target target -> null;
            case Coordinator coordinator -> null;
            default -> new ErrorCondition(AmqpErrors.NOT_IMPLEMENTED, "a target of another kind");
        };
    }

    private static ErrorCondition refusalOfConsumer(Link link) {
        return switch (link.getRemoteSource()) {
            case Source source when source.getDynamic() -> null;
            case null -> null;
            case Source source
            when source.getAddress() != null && !source.getAddress().isEmpty() -> null;
            default -> new ErrorCondition(AmqpErrors.INVALID_FIELD, "a source without an address");
        };
    }
}

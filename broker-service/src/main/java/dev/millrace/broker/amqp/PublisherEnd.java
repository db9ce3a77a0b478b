package dev.millrace.broker.amqp;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.PublisherLink;
import dev.millrace.broker.core.Terminus;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Link;

/**
 * The broker's end of a publisher's link: puts its transfers together to messages, hands them in, and settles them when
 * the broker has them. Never holds more of an unfinished message than a message may have bytes.
 */
final class PublisherEnd extends LinkEnd implements PublisherLink {

    private static final byte[] ACCEPTED = {0, TypeCode.SMALL_ULONG, Descriptor.ACCEPTED, TypeCode.LIST_0};

    private static final String WITHOUT_CREDIT = "a message was sent without credit";

    private final Terminus target;
    private final PartialMessage partial;
    private final int maxMessageBytes;

    private int deliveryCount;
    private int credit;
    private boolean flowDue;

    private boolean inProgress;
    private long deliveryId;
    private boolean settled;
    private boolean inTransaction;
    private long transaction;
    /** Transactions by delivery, of those that are not answered; null while there are none. */
    private Long2LongOpenHashMap transactional;

    PublisherEnd(AmqpSession session, Link link, Terminus target, int initialDeliveryCount) {
        super(session, link);
        this.target = target;
        this.deliveryCount = initialDeliveryCount;
        this.maxMessageBytes = session.settings().maxMessageBytes();
        this.partial = new PartialMessage(maxMessageBytes);
    }

    // ---- from the broker, on the engine's thread

    @Override
    public void attached(int credit) {
        attached(credit, null);
    }

    @Override
    public void attached(int credit, String address) {
        signal(Signal.ATTACHED, credit, address);
    }

    @Override
    public void refused(BrokerError error) {
        signal(Signal.REFUSED, 0, error);
    }

    @Override
    public void granted(int credit) {
        signal(Signal.GRANTED, credit, null);
    }

    @Override
    public void accepted(long tag) {
        signal(Signal.ACCEPTED, tag, null);
    }

    @Override
    public void rejected(long tag, BrokerError error) {
        signal(Signal.REJECTED, tag, error);
    }

    @Override
    public void closed(BrokerError error) {
        signal(Signal.CLOSED, 0, error);
    }

    // ---- on the event loop

    @Override
    Command attachCommand() {
        return new Command.AttachPublisher(this, target);
    }

    @Override
    Command detachCommand() {
        return new Command.DetachPublisher(this);
    }

    @Override
    void opened(long credit, Object attachment) {
        session.statistics().publishersAttached.increment();
        link.setSource(link.getRemoteSource());
        link.setTarget(Termini.echo((Target) link.getRemoteTarget(), (String) attachment));
        link.setMaxMessageSize(UnsignedLong.valueOf(maxMessageBytes));
        SenderSettleMode mode = link.getRemoteSenderSettleMode();
        link.setSenderSettleMode(mode == null ? SenderSettleMode.MIXED : mode);
        link.setReceiverSettleMode(ReceiverSettleMode.FIRST);
        link.open();
        grant(credit);
    }

    @Override
    void prepareRefusal() {
        link.setSource(link.getRemoteSource());
        link.setTarget(null);
    }

    @Override
    void released() {
        if (isOpen()) {
            session.statistics().publishersDetached.increment();
        }
        forgetPartial();
    }

    @Override
    void onSignal(Signal signal, long number, Object detail) {
        switch (signal) {
            case GRANTED -> grant(number);
            case ACCEPTED -> settle(number, transactional == null ? ACCEPTED : stateOf(number));
            case REJECTED -> {
                BrokerError error = (BrokerError) detail;
                if (transactional != null) {
                    stateOf(number);
                }
                reject(number, AmqpErrors.condition(error), error.description());
            }
            default -> throw new IllegalStateException(signal + " for a publisher");
        }
    }

    private void grant(long more) {
        credit = (int) Math.min(Integer.MAX_VALUE, credit + more);
        flowDue = true;
        markDirty();
    }

    private void settle(long deliveryId, byte[] state) {
        session.settlePublished((int) deliveryId, state);
    }

    private void reject(long deliveryId, Symbol condition, String reason) {
        settle(deliveryId, AmqpErrors.rejected(condition, reason, session.maxFrameSize()));
    }

    /** Takes one transfer frame; its payload is {@code bytes[from, to)} and has to be copied if it is needed later. */
    void transfer(Performative.Transfer transfer, byte[] bytes, int from, int to) {
        if (inProgress) {
            proceed(transfer);
        } else {
            start(transfer);
        }
        inProgress = transfer.more && !transfer.aborted;
        if (!isOpen()) {
            return;
        }
        if (transfer.aborted) {
            giveBack();
        } else if (partial.length() + to - from > maxMessageBytes) {
            tooLarge();
        } else if (!inProgress && partial.length() == 0) {
            publish(transfer, bytes, from, to);
        } else if (!session.takeUnfinished(to - from)) {
            end(AmqpErrors.RESOURCE_LIMIT_EXCEEDED, "too many unfinished messages on this connection");
        } else {
            partial.append(bytes, from, to);
            if (!inProgress) {
                publish(transfer, partial.bytes(), 0, partial.length());
            }
        }
    }

    private void forgetPartial() {
        session.takeUnfinished(-partial.length());
        partial.clear();
    }

    private void start(Performative.Transfer transfer) {
        session.startDelivery(transfer.deliveryId);
        deliveryId = transfer.deliveryId;
        settled = transfer.settled;
        inTransaction = transfer.transactional;
        transaction = transfer.transaction;
        if (isAttaching()) {
            refuse(new ErrorCondition(AmqpErrors.TRANSFER_LIMIT_EXCEEDED, WITHOUT_CREDIT));
        } else if (isOpen() && credit == 0) {
            end(AmqpErrors.TRANSFER_LIMIT_EXCEEDED, WITHOUT_CREDIT);
        } else if (isOpen()) {
            credit--;
            deliveryCount++;
        }
    }

    private void proceed(Performative.Transfer transfer) {
        if (transfer.deliveryId != -1 && transfer.deliveryId != deliveryId) {
            throw new ProtocolViolationException(
                    AmqpErrors.NOT_ALLOWED,
                    "delivery " + transfer.deliveryId + " in the middle of delivery " + deliveryId);
        }
        settled |= transfer.settled;
    }

    private void publish(Performative.Transfer transfer, byte[] bytes, int from, int to) {
        try {
            Message message = session.messages().read(bytes, from, to, System.currentTimeMillis());
            String destination = isAnonymous() ? session.messages().to() : null;
            if (inTransaction && !session.transactions().contains(transaction)) {
                refuseMessage(AmqpErrors.TRANSACTION_UNKNOWN_ID, "a message in a transaction that is not open here");
            } else if (isAnonymous() && destination == null) {
                refuseMessage(AmqpErrors.INVALID_FIELD, "neither the link nor the message names an address");
            } else {
                session.statistics().messagesIn.increment();
                hand(new Command.Publish(this, deliveryId, destination, message, settled));
            }
        } catch (MalformedDataException e) {
            refuseMessage(AmqpErrors.DECODE_ERROR, e.getMessage());
        }
        forgetPartial();
    }

    private void hand(Command.Publish publish) {
        if (!inTransaction) {
            session.submit(publish);
            return;
        }
        if (!publish.settled()) {
            if (transactional == null) {
                transactional = newTransactional();
            }
            transactional.put(publish.tag(), transaction);
        }
        session.submit(new Command.PublishInTransaction(publish, transaction));
    }

    private static Long2LongOpenHashMap newTransactional() {
        Long2LongOpenHashMap map = new Long2LongOpenHashMap();
        map.defaultReturnValue(TransactionId.NONE);
        return map;
    }

    /** How an accepted delivery is answered: those of transactions say which. */
    private byte[] stateOf(long deliveryId) {
        long itsTransaction = transactional.remove(deliveryId);
        if (transactional.isEmpty()) {
            transactional = null;
        }
        return itsTransaction == TransactionId.NONE ? ACCEPTED : TransactionId.acceptedState(itsTransaction);
    }

    private boolean isAnonymous() {
        return target.address() == null && target.kind() == Terminus.Kind.ANY;
    }

    /** Rejects a message that the broker never sees, and gives its credit back, which the broker does not know of. */
    private void refuseMessage(Symbol condition, String reason) {
        session.statistics().messagesRejected.increment();
        if (!settled) {
            reject(deliveryId, condition, reason);
        }
        giveBack();
    }

    private void giveBack() {
        forgetPartial();
        grant(1);
    }

    private void tooLarge() {
        session.statistics().messagesRejected.increment();
        String reason = "a message of more than " + maxMessageBytes + " bytes";
        if (!settled) {
            reject(deliveryId, AmqpErrors.MESSAGE_SIZE_EXCEEDED, reason);
        }
        end(AmqpErrors.MESSAGE_SIZE_EXCEEDED, reason);
    }

    /** The peer's idea of the link; its delivery count rules. */
    void flow(Performative.Flow flow) {
        if (flow.deliveryCount != -1 && !inProgress) {
            int advanced = (int) flow.deliveryCount - deliveryCount;
            if (advanced > 0) {
                credit = Math.max(0, credit - advanced);
            }
            deliveryCount = (int) flow.deliveryCount;
        }
        if (flow.echo) {
            flowDue = true;
            markDirty();
        }
    }

    @Override
    void finishTurn(SocketOutput out) {
        if (flowDue && isOpen() && localHandle() >= 0) {
            flowDue = false;
            session.writeFlow(out, localHandle(), deliveryCount, credit, false);
        }
    }
}

package dev.millrace.broker.amqp;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.TransactionLink;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transaction.Coordinator;
import org.apache.qpid.proton.amqp.transaction.TxnCapability;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Link;

/**
 * The broker's end of a transaction controller's link (AMQP 1.0, part 4, section 4.2): each message on it declares or
 * discharges a transaction. With the link all its transactions are over.
 */
final class ControllerEnd extends LinkEnd implements TransactionLink {

    private static final byte[] ACCEPTED = {0, TypeCode.SMALL_ULONG, Descriptor.ACCEPTED, TypeCode.LIST_0};

    private static final int CREDIT = 100;

    /** A declare or discharge is small: one that is not has something else in it. */
    private static final int MAX_BYTES = 1_024;

    private final AmqpReader in = new AmqpReader();
    private final LongSet open = new LongOpenHashSet();

    private int deliveryCount;
    private int credit;
    private boolean flowDue;

    ControllerEnd(AmqpSession session, Link link, int initialDeliveryCount) {
        super(session, link);
        deliveryCount = initialDeliveryCount;
    }

    // ---- from the broker, on the engine's thread

    @Override
    public void begun(long tag, long transaction) {
        signal(Signal.BEGUN, tag, transaction);
    }

    @Override
    public void ended(long tag) {
        signal(Signal.ENDED, tag, null);
    }

    @Override
    public void failed(long tag, BrokerError error) {
        signal(Signal.FAILED, tag, error);
    }

    // ---- on the event loop

    @Override
    Command attachCommand() {
        // Nothing is asked of the broker for the link itself.
        signal(Signal.ATTACHED, CREDIT, null);
        return null;
    }

    @Override
    Command detachCommand() {
        return new Command.DetachController(this);
    }

    @Override
    void opened(long credits, Object attachment) {
        link.setSource(link.getRemoteSource());
        Coordinator coordinator = new Coordinator();
        coordinator.setCapabilities(TxnCapability.LOCAL_TXN);
        link.setTarget(coordinator);
        link.setSenderSettleMode(SenderSettleMode.UNSETTLED);
        link.setReceiverSettleMode(ReceiverSettleMode.FIRST);
        link.open();
        credit = (int) credits;
        flowDue = true;
        markDirty();
    }

    @Override
    void prepareRefusal() {
        link.setSource(link.getRemoteSource());
        link.setTarget(null);
    }

    @Override
    void released() {
        open.forEach(session.transactions()::remove);
        open.clear();
    }

    @Override
    void onSignal(Signal signal, long number, Object detail) {
        switch (signal) {
            case BEGUN -> {
                long transaction = (Long) detail;
                open.add(transaction);
                session.transactions().add(transaction);
                settle(number, TransactionId.declared(transaction));
            }
            case ENDED -> settle(number, ACCEPTED);
            case FAILED -> {
                BrokerError error = (BrokerError) detail;
                reject(number, AmqpErrors.condition(error), error.description());
            }
            default -> throw new IllegalStateException(signal + " for a controller");
        }
    }

    private void settle(long deliveryId, byte[] state) {
        session.settlePublished((int) deliveryId, state);
        credit++;
        flowDue = true;
        markDirty();
    }

    private void reject(long deliveryId, Symbol condition, String reason) {
        settle(deliveryId, AmqpErrors.rejected(condition, reason, session.maxFrameSize()));
    }

    /** Takes one transfer frame, which has to be the whole message. */
    void transfer(Performative.Transfer transfer, byte[] bytes, int from, int to) {
        session.startDelivery(transfer.deliveryId);
        if (!isOpen()) {
            return;
        }
        if (credit == 0) {
            end(AmqpErrors.TRANSFER_LIMIT_EXCEEDED, "a message was sent without credit");
        } else if (transfer.more || transfer.settled || to - from > MAX_BYTES) {
            end(AmqpErrors.NOT_ALLOWED, "a declare or discharge has to be small, in one frame, and not settled");
        } else {
            credit--;
            deliveryCount++;
            request(transfer.deliveryId, bytes, from, to);
        }
    }

    private void request(long deliveryId, byte[] bytes, int from, int to) {
        try {
            in.over(bytes, from, to);
            int section = in.readDescriptor();
            while (section != Descriptor.AMQP_VALUE) {
                in.skip();
                section = in.readDescriptor();
            }
            switch (in.readDescriptor()) {
                case Descriptor.DECLARE -> session.submit(new Command.BeginTransaction(this, deliveryId));
                case Descriptor.DISCHARGE -> discharge(deliveryId);
                default -> reject(deliveryId, AmqpErrors.NOT_IMPLEMENTED, "neither declare nor discharge");
            }
        } catch (MalformedDataException e) {
            reject(deliveryId, AmqpErrors.DECODE_ERROR, e.getMessage());
        }
    }

    private void discharge(long deliveryId) {
        int count = in.beginList();
        long transaction = count > 0 ? TransactionId.read(in) : TransactionId.NONE;
        boolean fail = count > 1 && in.readBoolean(false);
        if (open.remove(transaction)) {
            session.transactions().remove(transaction);
            session.submit(new Command.EndTransaction(this, deliveryId, transaction, fail));
        } else {
            reject(deliveryId, AmqpErrors.TRANSACTION_UNKNOWN_ID, "no such transaction was declared on this link");
        }
    }

    /** The peer's idea of the link. */
    void flow(Performative.Flow flow) {
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

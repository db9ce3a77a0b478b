package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Outcome;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Session;

/**
 * One session's data path: transfers, flows and dispositions in both directions (AMQP 1.0, part 2, section 2.5.6).
 * Windows and delivery ids are kept here, not in the protocol engine, which sees none of these frames. Lives on its
 * connection's event loop.
 */
final class AmqpSession {

    /** Frames that one link may send before the next one has its turn. */
    private static final int SEND_BUDGET = 32;

    private final AmqpConnection connection;
    private final Session session;
    private final int remoteChannel;
    private final Int2ObjectOpenHashMap<LinkEnd> byRemoteHandle = new Int2ObjectOpenHashMap<>();
    private final Map<String, LinkEnd> publishers = new HashMap<>();
    private final Map<String, LinkEnd> consumers = new HashMap<>();
    private final UnsettledDeliveries unsettled = new UnsettledDeliveries();
    private final DispositionRuns published = new DispositionRuns(true);
    private final DispositionRuns settledBack = new DispositionRuns(false);
    private final ArrayDeque<ConsumerEnd> sending = new ArrayDeque<>();
    private final List<LinkEnd> dirtyLinks = new ArrayList<>();

    private int localChannel = -1;
    private int nextIncomingId;
    private int firstOutgoingId;
    private int nextOutgoingId;
    private int nextDeliveryId;
    private long remoteIncomingWindow;
    private int nextIncomingDeliveryId;
    private boolean deliverySeen;
    private boolean flowDue;
    private boolean dirty;
    private boolean ended;

    AmqpSession(AmqpConnection connection, Session session, int remoteChannel, Performative.Begin begin) {
        this.connection = connection;
        this.session = session;
        this.remoteChannel = remoteChannel;
        this.nextIncomingId = begin.nextOutgoingId;
        this.remoteIncomingWindow = begin.incomingWindow;
    }

    int remoteChannel() {
        return remoteChannel;
    }

    int localChannel() {
        return localChannel;
    }

    boolean isEnded() {
        return ended;
    }

    /** The protocol engine has written our begin. */
    void begunAs(int channel, int outgoingId) {
        localChannel = channel;
        firstOutgoingId = outgoingId;
        nextOutgoingId = outgoingId;
    }

    // ---- what links need of their surroundings

    String container() {
        return connection.container();
    }

    AmqpSettings settings() {
        return connection.settings();
    }

    AmqpStatistics statistics() {
        return connection.statistics();
    }

    MessageReader messages() {
        return connection.messages();
    }

    DeliveryPrefix prefix() {
        return connection.prefix();
    }

    boolean takeUnfinished(int bytes) {
        return connection.takeUnfinished(bytes);
    }

    int maxFrameSize() {
        return connection.outgoingFrameSize();
    }

    void settles(ConsumerEnd consumer) {
        connection.settles(consumer);
    }

    void submit(Command command) {
        connection.submit(command);
    }

    void signal(LinkEnd link, Signal signal, long number, Object detail) {
        connection.signal(link, signal, number, detail);
    }

    void wake() {
        connection.wake();
    }

    void flush() {
        connection.writeFrames();
    }

    // ---- links

    int links() {
        return byRemoteHandle.size();
    }

    LinkEnd link(int remoteHandle) {
        return byRemoteHandle.get(remoteHandle);
    }

    boolean hasLink(String name, boolean peerReceives) {
        return byRole(peerReceives).containsKey(name);
    }

    void add(int remoteHandle, LinkEnd link) {
        byRemoteHandle.put(remoteHandle, link);
        byRole(link instanceof ConsumerEnd).put(link.link.getName(), link);
    }

    /** The peer has detached: the handle and the name are free again. */
    void remove(int remoteHandle) {
        LinkEnd link = byRemoteHandle.remove(remoteHandle);
        byRole(link instanceof ConsumerEnd).remove(link.link.getName(), link);
    }

    /** The protocol engine has written our attach. */
    void attachedAs(String name, boolean peerReceives, int handle) {
        LinkEnd link = byRole(peerReceives).get(name);
        if (link != null) {
            link.attachedAs(handle);
        }
    }

    private Map<String, LinkEnd> byRole(boolean peerReceives) {
        return peerReceives ? consumers : publishers;
    }

    // ---- frames in

    void transfer(Performative.Transfer transfer, AmqpReader in) {
        nextIncomingId++;
        switch (byRemoteHandle.get(transfer.handle)) {
            case PublisherEnd publisher -> publisher.transfer(transfer, in.bytes(), in.position(), in.limit());
            case ControllerEnd controller -> controller.transfer(transfer, in.bytes(), in.position(), in.limit());
            case null, default -> end(AmqpErrors.UNATTACHED_HANDLE, "a transfer on handle " + transfer.handle);
        }
    }

    /** Delivery ids of a session count up by one, over all its links. */
    void startDelivery(long deliveryId) {
        if (deliveryId == -1) {
            throw new ProtocolViolationException(AmqpErrors.NOT_ALLOWED, "a delivery without a delivery-id");
        }
        if (deliverySeen && (int) deliveryId != nextIncomingDeliveryId) {
            throw new ProtocolViolationException(
                    AmqpErrors.NOT_ALLOWED,
                    "delivery-id " + deliveryId + " where " + Integer.toUnsignedString(nextIncomingDeliveryId)
                            + " was expected");
        }
        deliverySeen = true;
        nextIncomingDeliveryId = (int) deliveryId + 1;
    }

    void flow(Performative.Flow flow) {
        // Section 2.5.6: what the peer has room for, less what is under way to it.
        int seen = flow.nextIncomingId == -1 ? firstOutgoingId : (int) flow.nextIncomingId;
        remoteIncomingWindow = flow.incomingWindow - ((nextOutgoingId - seen) & 0xffffffffL);
        markDirty();
        if (flow.handle == -1) {
            flowDue |= flow.echo;
            return;
        }
        switch (byRemoteHandle.get((int) flow.handle)) {
            case PublisherEnd publisher -> publisher.flow(flow);
            case ControllerEnd controller -> controller.flow(flow);
            case ConsumerEnd consumer -> consumer.flow(flow);
            case null -> end(AmqpErrors.UNATTACHED_HANDLE, "a flow on handle " + flow.handle);
        }
    }

    void disposition(Performative.Disposition disposition, AmqpReader in) {
        if (!disposition.byReceiver) {
            // Publishers' deliveries are settled by us first; what their senders say afterwards changes nothing.
            return;
        }
        Outcome outcome = null;
        byte[] state = null;
        if (disposition.stateStart >= 0) {
            in.over(in.bytes(), disposition.stateStart, disposition.stateEnd);
            OutcomeReader.InTransaction inTransaction = OutcomeReader.readTransactional(in);
            if (inTransaction != null) {
                settleInTransaction(disposition, inTransaction);
                return;
            }
            outcome = OutcomeReader.read(in);
            state = Arrays.copyOfRange(in.bytes(), disposition.stateStart, disposition.stateEnd);
        }
        if (outcome == null && !disposition.settled) {
            return;
        }
        for (UnsettledDeliveries.Unsettled delivery : unsettled.range(disposition.first, disposition.last)) {
            unsettled.remove(delivery.id());
            delivery.consumer().settled(delivery.deliveryId(), outcome);
            if (!disposition.settled) {
                delivery.consumer().settleBackLater(delivery.id(), state);
            }
        }
    }

    /** What is settled in a transaction is the broker's from now on, whatever becomes of the transaction. */
    private void settleInTransaction(Performative.Disposition disposition, OutcomeReader.InTransaction state) {
        if (!connection.transactions().contains(state.transaction())) {
            end(AmqpErrors.TRANSACTION_UNKNOWN_ID, "a settlement in a transaction that is not open here");
            return;
        }
        byte[] answer = TransactionId.state(state.transaction());
        for (UnsettledDeliveries.Unsettled delivery : unsettled.range(disposition.first, disposition.last)) {
            unsettled.remove(delivery.id());
            delivery.consumer().settledIn(state.transaction(), delivery.deliveryId(), state.outcome());
            if (!disposition.settled) {
                settledBack.add(delivery.id(), answer);
                markDirty();
            }
        }
    }

    LongSet transactions() {
        return connection.transactions();
    }

    // ---- frames out

    /** Whether the peer takes a further transfer frame now. */
    boolean mayTransfer() {
        return remoteIncomingWindow > 0;
    }

    /** A transfer frame was written. */
    void transferred() {
        nextOutgoingId++;
        remoteIncomingWindow--;
    }

    int nextDeliveryId() {
        return nextDeliveryId++;
    }

    void sent(int id, ConsumerEnd consumer, long deliveryId) {
        unsettled.add(id, consumer, deliveryId);
    }

    /** The consumer is gone: what it had is settled by that. */
    void forget(ConsumerEnd consumer) {
        sending.remove(consumer);
        unsettled.removeIf(delivery -> delivery.consumer() == consumer);
    }

    /** Locks ran out: the broker would pass over a settlement of these anyway. */
    void forgetExpired(ConsumerEnd consumer) {
        unsettled.removeIf(delivery -> delivery.consumer() == consumer && consumer.takeExpired(delivery.deliveryId()));
    }

    /** Settles from our side what the peer has told its outcome of and waits for. */
    void settleBack(int deliveryId, byte[] state) {
        settledBack.add(deliveryId, state);
        markDirty();
    }

    void settlePublished(int deliveryId, byte[] state) {
        published.add(deliveryId, state);
        markDirty();
    }

    void enqueue(ConsumerEnd consumer) {
        sending.add(consumer);
        markDirty();
    }

    void markDirty(LinkEnd link) {
        dirtyLinks.add(link);
        markDirty();
    }

    void markDirty() {
        if (!dirty) {
            dirty = true;
            connection.markDirty(this);
        }
    }

    void writeFlow(SocketOutput out, int handle, int deliveryCount, int credit, boolean drain) {
        out.frame().flow(localChannel, nextIncomingId, nextOutgoingId, handle, deliveryCount, credit, drain);
        out.writeFrame();
        flowDue = false;
    }

    /**
     * Writes what this turn has left to say.
     *
     * @return whether something is left that waits for the peer to take it
     */
    boolean finishTurn(SocketOutput out) {
        dirty = false;
        if (ended) {
            return false;
        }
        if (localChannel >= 0) {
            published.writeTo(out, localChannel);
            settledBack.writeTo(out, localChannel);
            sendQueued(out);
        }
        for (int i = 0; i < dirtyLinks.size(); i++) {
            LinkEnd link = dirtyLinks.get(i);
            link.clearDirty();
            link.finishTurn(out);
        }
        dirtyLinks.clear();
        if (flowDue && localChannel >= 0) {
            flowDue = false;
            out.frame().flow(localChannel, nextIncomingId, nextOutgoingId);
            out.writeFrame();
        }
        return !sending.isEmpty();
    }

    private void sendQueued(SocketOutput out) {
        while (!sending.isEmpty() && mayTransfer() && !out.full()) {
            ConsumerEnd consumer = sending.poll();
            if (consumer.send(out, SEND_BUDGET)) {
                sending.add(consumer);
            }
        }
    }

    // ---- end

    /** Ends the session because the peer broke its rules. */
    void end(Symbol condition, String reason) {
        if (!ended) {
            flush();
            lost();
            session.setCondition(AmqpErrors.fitting(new ErrorCondition(condition, reason), maxFrameSize()));
            session.close();
            connection.wake();
        }
    }

    /** The session is over, whoever ended it: so are its links. */
    void lost() {
        if (!ended) {
            for (LinkEnd link : List.copyOf(byRemoteHandle.values())) {
                link.lost();
            }
            ended = true;
        }
    }
}

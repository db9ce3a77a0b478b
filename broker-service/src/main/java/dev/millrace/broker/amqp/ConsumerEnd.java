package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Attachment;
import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.ConsumerLink;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.SubscriptionRequest;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Link;

/**
 * The broker's end of a consumer's link: sends what the broker hands out as far as windows and socket take it, and hands
 * back how it was settled. What waits here is bounded by the credit that the consumer gave.
 */
final class ConsumerEnd extends LinkEnd implements ConsumerLink {

    private final Source source;
    private final SourceFilters filters;
    private final boolean settled;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private final SettlementBatch settlements = new SettlementBatch();
    private boolean settling;
    private final LongOpenHashSet expired = new LongOpenHashSet();
    private final Outcome defaultOutcome;

    private OutgoingMessage unfinished;
    private boolean queued;
    private int deliveryCount;
    private int credit;
    private boolean drain;
    private boolean flowReceived;
    /** How many drains the broker was asked for. */
    private long drains;
    /** Which of them it has done and the peer has not heard of; 0 if there is none. */
    private long drained;

    private boolean echoDue;
    private long passedOn;

    /** A delivery that the peer waits for, and the state that it is to be told. */
    private record SettleBack(int id, byte[] state) {}

    private List<SettleBack> waitingForUs = new ArrayList<>();
    /** Asked to be confirmed, in order. */
    private final ArrayDeque<List<SettleBack>> confirming = new ArrayDeque<>();

    ConsumerEnd(AmqpSession session, Link link, Source source, SourceFilters filters) {
        super(session, link);
        this.source = source;
        this.filters = filters;
        this.settled = link.getRemoteSenderSettleMode() == SenderSettleMode.SETTLED;
        this.defaultOutcome = Termini.defaultOutcome(source);
    }

    // ---- from the broker, on the engine's thread

    @Override
    public String container() {
        return session.container();
    }

    @Override
    public String name() {
        return link.getName();
    }

    @Override
    public void attached() {
        attached(new Attachment(source.getAddress(), false));
    }

    @Override
    public void attached(Attachment attachment) {
        signal(Signal.ATTACHED, 0, attachment);
    }

    @Override
    public void refused(BrokerError error) {
        signal(Signal.REFUSED, 0, error);
    }

    @Override
    public void deliver(Delivery delivery) {
        signal(Signal.DELIVERED, 0, delivery);
    }

    @Override
    public void drained(long drain) {
        signal(Signal.DRAINED, drain, null);
    }

    @Override
    public void confirmed() {
        signal(Signal.CONFIRMED, 0, null);
    }

    @Override
    public void lockExpired(long deliveryId) {
        signal(Signal.LOCK_EXPIRED, deliveryId, null);
    }

    @Override
    public void closed(BrokerError error) {
        signal(Signal.CLOSED, 0, error);
    }

    // ---- on the event loop

    @Override
    Command attachCommand() {
        return new Command.AttachConsumer(this, Termini.of(source), settled, request());
    }

    private SubscriptionRequest request() {
        SubscriptionIdentity identity = looksUp()
                ? SubscriptionIdentity.lookedUp(container(), name(), link.getRemoteDesiredCapabilities())
                : SubscriptionIdentity.of(container(), name(), source);
        return new SubscriptionRequest(
                filters.selection(), filters.from(), identity.kind(), identity.durable(), identity.name());
    }

    /** Whether it only looks for a durable subscription, to end it. */
    private boolean looksUp() {
        return link.getRemoteSource() == null;
    }

    @Override
    Command detachCommand() {
        return new Command.DetachConsumer(this, passedOn, closedByPeer());
    }

    @Override
    void opened(long ignored, Object attachment) {
        session.statistics().consumersAttached.increment();
        Attachment got = (Attachment) attachment;
        link.setSource(Termini.echo(source, filters.applied(got.placed()), got.address()));
        link.setTarget(link.getRemoteTarget());
        link.setSenderSettleMode(settled ? SenderSettleMode.SETTLED : SenderSettleMode.UNSETTLED);
        ReceiverSettleMode mode = link.getRemoteReceiverSettleMode();
        link.setReceiverSettleMode(mode == null ? ReceiverSettleMode.FIRST : mode);
        link.open();
    }

    @Override
    void prepareRefusal() {
        link.setSource(null);
        link.setTarget(link.getRemoteTarget());
    }

    @Override
    void released() {
        if (isOpen()) {
            session.statistics().consumersDetached.increment();
        }
        settlements.submit(this, session);
        // The broker takes these back by the count of deliveries that comes with the detach.
        waiting.clear();
        waitingForUs.clear();
        confirming.clear();
        unfinished = null;
        session.forget(this);
    }

    @Override
    void onSignal(Signal signal, long number, Object detail) {
        switch (signal) {
            case DELIVERED -> {
                waiting.add((Delivery) detail);
                enqueue();
            }
            case DRAINED -> {
                drained = number;
                markDirty();
            }
            case CONFIRMED -> confirming.remove().forEach(each -> session.settleBack(each.id(), each.state()));
            case LOCK_EXPIRED -> {
                expired.add(number);
                markDirty();
            }
            default -> throw new IllegalStateException(signal + " for a consumer");
        }
    }

    private void enqueue() {
        if (!queued) {
            queued = true;
            session.enqueue(this);
        }
    }

    /** What the peer says of its credit; only the last word of a turn is handed on. */
    void flow(Performative.Flow flow) {
        if (flow.linkCredit != -1) {
            int peersCount = flow.deliveryCount == -1 ? 0 : (int) flow.deliveryCount;
            long left = (int) (peersCount - deliveryCount) + flow.linkCredit;
            credit = (int) Math.clamp(left, 0L, Integer.MAX_VALUE);
            drain = flow.drain;
            flowReceived = true;
        }
        echoDue |= flow.echo && !flow.drain;
        markDirty();
    }

    /** Sends up to {@code budget} frames; answers whether something is left. */
    boolean send(SocketOutput out, int budget) {
        int channel = session.localChannel();
        for (int i = 0; i < budget && hasWaiting() && session.mayTransfer() && !out.full(); i++) {
            if (unfinished == null) {
                start(out, channel, waiting.poll());
            } else if (unfinished.writeNext(out, channel, localHandle(), session.maxFrameSize())) {
                unfinished = null;
            }
            session.transferred();
        }
        queued = hasWaiting();
        if (drained != 0 && !queued) {
            markDirty();
        }
        return queued;
    }

    private boolean hasWaiting() {
        return unfinished != null || !waiting.isEmpty();
    }

    private void start(SocketOutput out, int channel, Delivery delivery) {
        int id = session.nextDeliveryId();
        credit--;
        deliveryCount++;
        passedOn++;
        session.statistics().messagesOut.increment();
        if (!settled) {
            session.sent(id, this, delivery.id());
        }
        DeliveryPrefix prefix = session.prefix();
        byte[] payload = prefix.encode(delivery, settled, System.currentTimeMillis());
        out.frame().transfer(channel, localHandle(), id, settled, false);
        int size = prefix.length() + payload.length;
        if (out.frame().length() + size <= session.maxFrameSize()) {
            out.frame().payload(size);
            out.writeFrame();
            out.write(prefix.bytes(), 0, prefix.length());
            out.write(payload, 0, payload.length);
        } else {
            unfinished = new OutgoingMessage(prefix, payload);
            out.frame().transfer(channel, localHandle(), id, settled, true);
            unfinished.writePart(out, session.maxFrameSize());
        }
    }

    /** The peer has settled one delivery; null if it did not say how. */
    void settled(long deliveryId, Outcome outcome) {
        settlements.add(this, deliveryId, outcome == null ? defaultOutcome : outcome, session);
        if (!settling) {
            settling = true;
            session.settles(this);
        }
        markDirty();
    }

    void handInSettlements() {
        settling = false;
        settlements.submit(this, session);
    }

    /** The peer waits for our word on a delivery: it gets it when its settlement is durable. */
    void settleBackLater(int id, byte[] state) {
        waitingForUs.add(new SettleBack(id, state));
    }

    /** The peer has settled one delivery in a transaction; null if it did not say how. */
    void settledIn(long transaction, long deliveryId, Outcome outcome) {
        // What was settled before goes first.
        settlements.submit(this, session);
        Outcome how = outcome == null ? defaultOutcome : outcome;
        session.submit(
                new Command.SettleInTransaction(new Command.Settle(this, new long[] {deliveryId}, how), transaction));
    }

    boolean takeExpired(long deliveryId) {
        return expired.remove(deliveryId);
    }

    @Override
    void finishTurn(SocketOutput out) {
        settlements.submit(this, session);
        if (!waitingForUs.isEmpty()) {
            session.submit(new Command.Confirm(this));
            confirming.add(waitingForUs);
            waitingForUs = new ArrayList<>();
        }
        if (!expired.isEmpty()) {
            session.forgetExpired(this);
            expired.clear();
        }
        if (flowReceived) {
            flowReceived = false;
            session.submit(new Command.Flow(this, credit, passedOn, drain ? ++drains : Command.Flow.NO_DRAIN));
        }
        if (isOpen() && localHandle() >= 0) {
            answerFlow(out);
        }
    }

    private void answerFlow(SocketOutput out) {
        if (drained != 0 && !hasWaiting()) {
            boolean outdated = !drain || drained != drains;
            drained = 0;
            if (outdated) {
                // The peer has given credit anew since it asked for this drain: that credit stays.
                return;
            }
            deliveryCount += credit;
            credit = 0;
            echoDue = false;
            session.writeFlow(out, localHandle(), deliveryCount, 0, true);
        } else if (echoDue) {
            echoDue = false;
            session.writeFlow(out, localHandle(), deliveryCount, credit, drain);
        }
    }
}

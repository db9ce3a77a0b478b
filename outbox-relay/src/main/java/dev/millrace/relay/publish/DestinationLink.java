package dev.millrace.relay.publish;

import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonSender;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/**
 * One sender link and the messages that wait for it. Confined to one context.
 *
 * <p>Invariant (RELAY-3): of one ordering key, at most one message is on its way; the next leaves when that one has been
 * accepted or refused for good. Were the second sent before the outcome of the first, a first that is refused for now
 * would be stored behind it. Different keys are pipelined up to the link's credit.
 */
final class DestinationLink {
    /** What the link reports. */
    interface Listener {
        void accepted(Pending message);

        void refused(Pending message, Outcome.Never outcome);

        /** To be given to {@link #retry} after a pause. */
        void refusedForNow(Pending message, Outcome.Later outcome);

        /** The broker ended or refused the link; {@link #attach} it again after a pause. */
        void detached(DestinationLink link, String condition, String description);
    }

    private final String address;
    private final Listener listener;
    /** For each key with a message on its way or ready: those behind it. */
    private final Map<String, Deque<Pending>> lanes = new HashMap<>();

    private final Deque<Pending> ready = new ArrayDeque<>();
    private final LinkedHashSet<Pending> inFlight = new LinkedHashSet<>();
    /** All that was offered and is not settled, in that order. */
    private final LinkedHashSet<Pending> unsettled = new LinkedHashSet<>();

    private long lastProgressNanos;
    private ProtonSender sender;
    private boolean open;
    private int refusedAttaches;

    DestinationLink(String address, Listener listener) {
        this.address = address;
        this.listener = listener;
    }

    String address() {
        return address;
    }

    /** Of those not settled the one that was offered first; there must be one. */
    Pending oldest() {
        return unsettled.getFirst();
    }

    /** Takes a message; sends nothing before {@link #pump}. */
    void offer(Pending message) {
        if (unsettled.isEmpty()) {
            lastProgressNanos = System.nanoTime();
        }
        unsettled.add(message);
        Deque<Pending> behind = lanes.get(message.outgoing().orderingKey());
        if (behind != null) {
            behind.add(message);
        } else {
            lanes.put(message.outgoing().orderingKey(), new ArrayDeque<>(0));
            ready.add(message);
        }
    }

    /** Takes back a message that was refused for now; its key has waited for it. */
    void retry(Pending message) {
        if (message.withdrawn) {
            return;
        }
        ready.addFirst(message);
        pump();
    }

    void attach(ProtonConnection connection) {
        ProtonSender attaching = connection.createSender(address);
        sender = attaching;
        open = false;
        attaching.setQoS(ProtonQoS.AT_LEAST_ONCE); // unsettled: the outcome is what we wait for
        attaching.setAutoSettle(true);
        attaching.openHandler(result -> {
            // A refused link is answered with a null target first, and then closed with the error.
            if (sender == attaching && result.succeeded() && attaching.getRemoteTarget() != null) {
                open = true;
                pump();
            }
        });
        attaching.closeHandler(result -> ended(attaching));
        attaching.detachHandler(result -> ended(attaching));
        attaching.sendQueueDrainHandler(ignored -> {
            if (sender == attaching) {
                pump();
            }
        });
        attaching.open();
    }

    /** Sends what is ready, as far as credit goes. */
    void pump() {
        while (open && !ready.isEmpty() && !sender.sendQueueFull()) {
            Pending message = ready.poll();
            if (tooLarge(message)) {
                settle(message);
                listener.refused(
                        message,
                        new Outcome.Never(
                                "amqp:link:message-size-exceeded",
                                "body of %d bytes; %s takes %s at most"
                                        .formatted(
                                                message.outgoing().bodyBytes(),
                                                address,
                                                sender.getRemoteMaxMessageSize())));
                continue;
            }
            inFlight.add(message);
            ProtonSender through = sender;
            through.send(message.outgoing().message(), delivery -> updated(through, message, delivery));
        }
    }

    private boolean tooLarge(Pending message) {
        UnsignedLong limit = sender.getRemoteMaxMessageSize();
        return limit != null && limit.longValue() > 0 && message.outgoing().bodyBytes() > limit.longValue();
    }

    private void updated(ProtonSender through, Pending message, ProtonDelivery delivery) {
        // An outcome of an earlier link comes too late: the message has been taken back and goes out again.
        if (through != sender || !inFlight.remove(message)) {
            return;
        }
        refusedAttaches = 0;
        switch (Outcome.of(delivery.getRemoteState())) {
            case Outcome.Done done -> {
                settle(message);
                listener.accepted(message);
            }
            case Outcome.Never never -> {
                settle(message);
                listener.refused(message, never);
            }
            case Outcome.Later later -> listener.refusedForNow(message, later);
        }
        pump();
    }

    /** Frees the message's key for the next one. */
    private void settle(Pending message) {
        unsettled.remove(message);
        lastProgressNanos = System.nanoTime();
        String key = message.outgoing().orderingKey();
        Pending next = lanes.get(key).poll();
        if (next == null) {
            lanes.remove(key);
        } else {
            ready.add(next);
        }
    }

    private void ended(ProtonSender which) {
        if (which != sender) {
            return;
        }
        ErrorCondition error = which.getRemoteCondition();
        String condition = error == null || error.getCondition() == null
                ? "amqp:link:detach-forced"
                : error.getCondition().toString();
        String description = error == null || error.getDescription() == null ? condition : error.getDescription();
        if (!open) {
            refusedAttaches++;
        }
        Pending culprit = condition.equals("amqp:link:message-size-exceeded") ? largestInFlight() : null;
        which.close();
        which.free();
        connectionLost();
        if (culprit != null) {
            ready.remove(culprit);
            settle(culprit);
            listener.refused(culprit, new Outcome.Never(condition, description));
        }
        listener.detached(this, condition, description);
    }

    /** A broker that ends the link over a size does not say which message it was, but the largest is over it for sure. */
    private Pending largestInFlight() {
        Pending largest = null;
        for (Pending message : inFlight) {
            if (largest == null
                    || message.outgoing().bodyBytes() > largest.outgoing().bodyBytes()) {
                largest = message;
            }
        }
        return largest;
    }

    /** Takes back what has no outcome yet, in the order in which it was sent. */
    void connectionLost() {
        sender = null;
        open = false;
        List<Pending> again = new ArrayList<>(inFlight);
        inFlight.clear();
        for (Pending message : again.reversed()) {
            ready.addFirst(message);
        }
    }

    /** Refuses all that waits: the broker does not want this link. */
    void refuseAll(Outcome.Never outcome) {
        while (!ready.isEmpty()) {
            Pending message = ready.poll();
            settle(message);
            listener.refused(message, outcome);
        }
    }

    /** Forgets all messages; outcomes that come for them are ignored. */
    void abandon() {
        unsettled.clear();
        lanes.clear();
        ready.clear();
        inFlight.clear();
    }

    /** What it waited for before is not the destination's doing. */
    void waitAnew() {
        lastProgressNanos = System.nanoTime();
    }

    /** True if messages wait and none was settled for so long. */
    boolean stuckFor(Duration limit) {
        return !unsettled.isEmpty() && System.nanoTime() - lastProgressNanos > limit.toNanos();
    }

    /** Gives back all messages, in the order in which they were offered, and forgets them. */
    List<Pending> withdraw() {
        List<Pending> back = List.copyOf(unsettled);
        back.forEach(message -> message.withdrawn = true);
        abandon();
        return back;
    }

    void close() {
        if (sender != null) {
            ProtonSender closing = sender;
            sender = null;
            open = false;
            closing.close();
        }
    }

    boolean attached() {
        return sender != null;
    }

    /** Attaches refused by the broker in a row. */
    int refusedAttaches() {
        return refusedAttaches;
    }

    boolean hasInFlight() {
        return !inFlight.isEmpty();
    }

    boolean idle() {
        return lanes.isEmpty();
    }

    /** True when something could go out, were there credit. */
    boolean starved() {
        return !ready.isEmpty() && (!open || sender.sendQueueFull());
    }
}

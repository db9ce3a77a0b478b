package dev.millrace.broker.amqp;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Link;

/**
 * The broker's end of one link. Lives on its connection's event loop; only what the broker calls comes from elsewhere and
 * takes the way through the {@link Inbox}.
 *
 * <pre>
 * ATTACHING --attached--> OPEN --peer detaches, session or connection ends--> GONE
 *     |                     |
 *     |                     +--we end it: error, destination deleted--> ENDING --peer detaches--> GONE
 *     +--refused--> ENDING
 *     +--peer detaches first--> GONE
 * </pre>
 */
abstract sealed class LinkEnd permits PublisherEnd, ControllerEnd, ConsumerEnd {

    private enum State {
        ATTACHING,
        OPEN,
        ENDING,
        GONE
    }

    final AmqpSession session;
    final Link link;
    private final String description;
    private State state = State.ATTACHING;
    private int localHandle = -1;
    private boolean known;
    private boolean dirty;
    private boolean closedByPeer;

    LinkEnd(AmqpSession session, Link link) {
        this.session = session;
        this.link = link;
        this.description = session.container() + '/' + link.getName();
    }

    public final String description() {
        return description;
    }

    /** Answers the attach once the broker has agreed. */
    abstract void opened(long credit, Object attachment);

    /** Acts on the signals that only this kind of link knows. */
    abstract void onSignal(Signal signal, long number, Object detail);

    /** What asks the broker for the link; null if it need not be asked. */
    abstract Command attachCommand();

    abstract Command detachCommand();

    /** Called once when nothing more is to be said about the link. */
    abstract void released();

    /** Fills in the attach that refuses this link: the terminus that would have been the broker's is left out. */
    abstract void prepareRefusal();

    /** Writes the frames and submits the commands that this turn's work left behind. */
    abstract void finishTurn(SocketOutput out);

    final boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether the peer has closed the link, not only detached from it or vanished. */
    final boolean closedByPeer() {
        return closedByPeer;
    }

    final boolean isAttaching() {
        return state == State.ATTACHING;
    }

    final boolean isGone() {
        return state == State.GONE;
    }

    final int localHandle() {
        return localHandle;
    }

    /** The protocol engine has written our attach under this handle. */
    final void attachedAs(int handle) {
        localHandle = handle;
    }

    /** Asks the broker for the link. */
    final void attach() {
        known = true;
        Command command = attachCommand();
        if (command != null) {
            session.submit(command);
        }
    }

    /** Hands in what the broker said. */
    final void on(Signal signal, long number, Object detail) {
        switch (signal) {
            case ATTACHED -> {
                if (state == State.ATTACHING) {
                    state = State.OPEN;
                    opened(number, detail);
                }
            }
            case REFUSED -> {
                known = false;
                if (state == State.ATTACHING) {
                    refuse(AmqpErrors.toCondition((BrokerError) detail));
                }
            }
            case CLOSED -> {
                known = false;
                end(AmqpErrors.toCondition((BrokerError) detail));
            }
            default -> {
                if (state == State.OPEN) {
                    onSignal(signal, number, detail);
                }
            }
        }
    }

    /** Answers the attach and takes it back in one go, as the specification asks (part 2, section 2.6.3). */
    final void refuse(ErrorCondition error) {
        session.statistics().linksRefused.increment();
        prepareRefusal();
        link.open();
        end(error);
    }

    final void end(Symbol condition, String reason) {
        end(new ErrorCondition(condition, reason));
    }

    /** Ends the link from our side; what the peer still sends on it is passed over until it detaches too. */
    final void end(ErrorCondition error) {
        if (state == State.ENDING || state == State.GONE) {
            return;
        }
        session.flush();
        leave();
        state = State.ENDING;
        link.setCondition(AmqpErrors.fitting(error, session.maxFrameSize()));
        link.close();
        session.wake();
    }

    /** Answers a detach of the peer that came before the broker's answer to its attach. */
    final void answerAttachEarly() {
        if (state == State.ATTACHING) {
            link.open();
            session.flush();
        }
    }

    /** The peer has detached. */
    final void remotelyDetached(boolean closed) {
        if (state != State.ENDING) {
            session.flush();
            closedByPeer = closed;
            leave();
            if (closed) {
                link.close();
            } else {
                link.detach();
            }
        }
        state = State.GONE;
        link.free();
    }

    /** The session or the connection has ended. */
    final void lost() {
        if (state != State.GONE) {
            leave();
            state = State.GONE;
        }
    }

    private void leave() {
        released();
        if (known) {
            known = false;
            session.submit(detachCommand());
        }
    }

    /** Asks for {@link #finishTurn} at the end of this turn. */
    final void markDirty() {
        if (!dirty) {
            dirty = true;
            session.markDirty(this);
        }
    }

    final void clearDirty() {
        dirty = false;
    }

    /** Hands a signal over from the engine's thread. */
    final void signal(Signal signal, long number, Object detail) {
        session.signal(this, signal, number, detail);
    }
}

package dev.millrace.broker.amqp;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.List;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Session;

/**
 * Sees to every frame that comes in on one connection: data goes to its session, the rest, once it is known to be
 * harmless, through the protocol engine. Lives on the event loop.
 */
final class FrameRouter implements FrameSplitter.Sink, ControlEngine.Numbers {

    private static final int HANDLE_MAX = 0xffff;
    /** How much longer than a peer's attach our answer may be, which has its name and termini and a few fields more. */
    private static final int ATTACH_MARGIN = 128;

    private static final int TYPE_AMQP = 0;
    private static final int TYPE_SASL = 1;

    private final AmqpConnection connection;
    private final AmqpSettings settings;
    private final AmqpReader in = new AmqpReader();
    private final Performative.Transfer transfer = new Performative.Transfer();
    private final Performative.Flow flow = new Performative.Flow();
    private final Performative.Disposition disposition = new Performative.Disposition();
    private final Performative.Begin begin = new Performative.Begin();
    private final Performative.Attach attach = new Performative.Attach();
    private final Int2ObjectOpenHashMap<AmqpSession> byRemoteChannel = new Int2ObjectOpenHashMap<>();
    private final Int2ObjectOpenHashMap<AmqpSession> byLocalChannel = new Int2ObjectOpenHashMap<>();

    private boolean inSasl;
    private boolean opened;
    private int links;

    FrameRouter(AmqpConnection connection) {
        this.connection = connection;
        this.settings = connection.settings();
    }

    /** Whether the peer has sent a header that is understood; nothing is said to it before. */
    boolean isGreeted() {
        return inSasl || connection.headerSeen();
    }

    /** Whether the layer of AMQP frames is reached, so that an error can be said in one of them. */
    boolean speaksAmqp() {
        return !inSasl && connection.headerSeen();
    }

    /** Everything on the connection is over. */
    void lost() {
        for (AmqpSession session : List.copyOf(byRemoteChannel.values())) {
            session.lost();
        }
    }

    @Override
    public void header(int protocolId, byte[] bytes, int start) {
        boolean mayFollow =
                inSasl ? connection.saslSucceeded() : settings.users().isEmpty();
        if (protocolId == FrameSplitter.PROTOCOL_SASL && !inSasl) {
            inSasl = true;
        } else if (protocolId == FrameSplitter.PROTOCOL_AMQP && mayFollow) {
            inSasl = false;
            connection.headerArrived();
        } else {
            throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "protocol " + protocolId + " is not spoken");
        }
        toEngine(bytes, start, start + FrameSplitter.HEADER_LENGTH);
    }

    @Override
    public void frame(int type, int channel, byte[] bytes, int start, int body, int end) {
        connection.statistics().framesIn.increment();
        if (type != (inSasl ? TYPE_SASL : TYPE_AMQP)) {
            throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "a frame of type " + type);
        }
        in.over(bytes, body, end);
        if (inSasl) {
            saslFrame(bytes, start, end);
        } else if (body < end) {
            int code = in.readDescriptor();
            if (connection.isClosing()) {
                closingFrame(code);
            } else {
                amqpFrame(code, channel, bytes, start, body, end);
            }
        }
    }

    private void saslFrame(byte[] bytes, int start, int end) {
        if (end - start > AmqpSettings.MIN_MAX_FRAME_SIZE) {
            throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "a SASL frame of more than 512 bytes");
        }
        NestingCheck.check(in);
        toEngine(bytes, start, end);
        connection.engine().handleEvents(event -> handleEvent(event, 0));
        connection.saslProceeded();
    }

    /** We have closed: of all that the peer may still say, only its own close is of interest. */
    private void closingFrame(int code) {
        if (code == Descriptor.CLOSE) {
            connection.closeSocket();
        }
    }

    private void amqpFrame(int code, int channel, byte[] bytes, int start, int body, int end) {
        if (opened == (code == Descriptor.OPEN)) {
            throw new ProtocolViolationException(
                    AmqpErrors.ILLEGAL_STATE, opened ? "a second open" : "a frame before the open");
        }
        switch (code) {
            case Descriptor.TRANSFER -> {
                transfer.read(in);
                AmqpSession session = session(channel);
                if (!session.isEnded()) {
                    session.transfer(transfer, in);
                }
            }
            case Descriptor.FLOW -> {
                flow.read(in);
                AmqpSession session = session(channel);
                if (!session.isEnded()) {
                    session.flow(flow);
                }
            }
            case Descriptor.DISPOSITION -> {
                disposition.read(in);
                AmqpSession session = session(channel);
                if (!session.isEnded()) {
                    session.disposition(disposition, in);
                }
            }
            default -> {
                in.position(body);
                NestingCheck.check(in);
                in.position(body);
                in.readDescriptor();
                controlFrame(code, channel, bytes, start, end);
            }
        }
    }

    private void controlFrame(int code, int channel, byte[] bytes, int start, int end) {
        switch (code) {
            case Descriptor.OPEN -> opened = true;
            case Descriptor.CLOSE -> {}
            case Descriptor.BEGIN -> checkBegin(channel);
            case Descriptor.END -> session(channel);
            case Descriptor.ATTACH -> {
                if (!mayAttach(session(channel), end - start)) {
                    return;
                }
            }
            case Descriptor.DETACH -> {
                detach(session(channel), bytes, start, end);
                return;
            }
            default -> throw new ProtocolViolationException(AmqpErrors.NOT_IMPLEMENTED, "an unknown performative");
        }
        toEngine(bytes, start, end);
        connection.engine().handleEvents(event -> handleEvent(event, channel));
    }

    private AmqpSession session(int channel) {
        AmqpSession session = byRemoteChannel.get(channel);
        if (session == null) {
            throw new ProtocolViolationException(
                    AmqpErrors.FRAMING_ERROR, "a frame on channel " + channel + ", where no session was begun");
        }
        return session;
    }

    private void checkBegin(int channel) {
        begin.read(in);
        if (begin.answersOurs || byRemoteChannel.containsKey(channel)) {
            throw new ProtocolViolationException(
                    AmqpErrors.NOT_ALLOWED, "a begin on channel " + channel + " that nobody asked for");
        }
        if (channel >= settings.maxSessions()) {
            throw new ProtocolViolationException(
                    AmqpErrors.FRAMING_ERROR,
                    "channel " + channel + ", the highest allowed is " + (settings.maxSessions() - 1));
        }
    }

    private boolean mayAttach(AmqpSession session, int frameSize) {
        attach.read(in);
        if (session.isEnded()) {
            return false;
        }
        if (attach.handle < 0 || attach.handle > HANDLE_MAX) {
            throw new ProtocolViolationException(
                    AmqpErrors.FRAMING_ERROR, "handle " + attach.handle + ", the highest allowed is " + HANDLE_MAX);
        }
        if (session.link((int) attach.handle) != null) {
            session.end(AmqpErrors.HANDLE_IN_USE, "handle " + attach.handle);
            return false;
        }
        if (session.hasLink(attach.name, attach.byReceiver)) {
            session.end(AmqpErrors.NOT_ALLOWED, "a second link of the name " + attach.name);
            return false;
        }
        if (frameSize + ATTACH_MARGIN > session.maxFrameSize()) {
            session.end(
                    AmqpErrors.FRAME_SIZE_TOO_SMALL,
                    "an attach of " + frameSize + " bytes, to be answered in " + session.maxFrameSize());
            return false;
        }
        // Refused links count until the peer has detached them too.
        if (links >= 2 * settings.maxLinks()) {
            throw new ProtocolViolationException(
                    AmqpErrors.RESOURCE_LIMIT_EXCEEDED, links + " links, the most allowed are " + settings.maxLinks());
        }
        return true;
    }

    private void detach(AmqpSession session, byte[] bytes, int start, int end) {
        if (session.isEnded()) {
            return;
        }
        long handle = Performative.detachedHandle(in);
        LinkEnd link = handle < 0 || handle > HANDLE_MAX ? null : session.link((int) handle);
        if (link == null) {
            session.end(AmqpErrors.UNATTACHED_HANDLE, "a detach of handle " + handle);
            return;
        }
        link.answerAttachEarly();
        toEngine(bytes, start, end);
        connection.engine().handleEvents(event -> handleEvent(event, session.remoteChannel()));
        // Not before the engine has taken it: a detach that it cannot decode leaves the link to the connection's end.
        session.remove((int) handle);
        links--;
    }

    private void toEngine(byte[] bytes, int start, int end) {
        connection.engine().input(bytes, start, end);
    }

    private void handleEvent(Event event, int channel) {
        switch (event.getType()) {
            case CONNECTION_REMOTE_OPEN -> connection.remotelyOpened();
            case CONNECTION_REMOTE_CLOSE -> connection.remotelyClosed();
            case SESSION_REMOTE_OPEN -> beginSession(event.getSession(), channel);
            case SESSION_REMOTE_CLOSE -> endSession(event.getSession(), channel);
            case LINK_REMOTE_OPEN -> {
                links++;
                AmqpSession session = session(channel);
                LinkAttachment.attach(session, event.getLink(), attach, links > settings.maxLinks());
            }
            case LINK_REMOTE_DETACH -> ((LinkEnd) event.getLink().getContext()).remotelyDetached(false);
            case LINK_REMOTE_CLOSE -> ((LinkEnd) event.getLink().getContext()).remotelyDetached(true);
            case TRANSPORT_ERROR ->
                throw new ProtocolViolationException(
                        event.getTransport().getCondition().getCondition(),
                        event.getTransport().getCondition().getDescription());
            default -> {
                // Events of the engine's own doings.
            }
        }
    }

    private void beginSession(Session session, int channel) {
        byRemoteChannel.put(channel, new AmqpSession(connection, session, channel, begin));
        session.open();
    }

    private void endSession(Session session, int channel) {
        AmqpSession gone = byRemoteChannel.remove(channel);
        links -= gone.links();
        connection.writeFrames();
        gone.lost();
        session.close();
        session.free();
        connection.forget(gone);
        // Its number may be given to the next session as soon as our end is written.
        connection.writeFrames();
        byLocalChannel.remove(gone.localChannel());
    }

    @Override
    public void begun(int remoteChannel, int localChannel, int nextOutgoingId) {
        AmqpSession session = byRemoteChannel.get(remoteChannel);
        session.begunAs(localChannel, nextOutgoingId);
        byLocalChannel.put(localChannel, session);
    }

    @Override
    public void attached(int localChannel, String name, boolean peerReceives, int handle) {
        byLocalChannel.get(localChannel).attachedAs(name, peerReceives, handle);
    }
}

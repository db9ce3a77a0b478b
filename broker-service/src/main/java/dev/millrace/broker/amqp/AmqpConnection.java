package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.engine.CommandSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.NetSocketInternal;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.jboss.logging.Logger;

/**
 * One peer's connection. Everything happens on its event loop, in turns: what has come in is acted upon at once; what is
 * to go out is gathered and written, with one flush, when the turn ends. Only {@link #signal} and {@link #wake} may be
 * called from other threads.
 */
final class AmqpConnection implements IdleWatch.Actions {

    private static final Logger LOG = Logger.getLogger(AmqpConnection.class);
    /** Unfinished messages on all links together may be this many times as large as one message. */
    private static final int UNFINISHED_MESSAGES = 16;

    private static final byte[] AMQP_HEADER = {'A', 'M', 'Q', 'P', FrameSplitter.PROTOCOL_AMQP, 1, 0, 0};
    private static final byte[] SASL_HEADER = {'A', 'M', 'Q', 'P', FrameSplitter.PROTOCOL_SASL, 1, 0, 0};

    private enum State {
        /** Until the peer's open. */
        STARTING,
        OPEN,
        /** Our close is sent; the peer's is awaited, for a while. */
        CLOSING,
        CLOSED
    }

    private final NetSocketInternal socket;
    private final ChannelHandlerContext channel;
    private final EventLoop eventLoop;
    private final CommandSink commands;
    private final AmqpSettings settings;
    private final AmqpStatistics statistics;
    private final Containers containers;
    private final Consumer<AmqpConnection> onClosed;
    private final SaslNegotiation sasl;
    private final FrameRouter router;
    private final FrameSplitter splitter;
    private final ControlEngine engine;
    private final SocketOutput output;
    private final IdleWatch idleWatch;
    private final Inbox inbox = new Inbox();
    private final MessageReader messages = new MessageReader();
    private final DeliveryPrefix prefix = new DeliveryPrefix();
    private final AtomicBoolean turnScheduled = new AtomicBoolean();

    private final LongSet transactions = new LongOpenHashSet();
    private final List<Command> gathered = new ArrayList<>();
    private boolean gathering;
    private final List<ConsumerEnd> settling = new ArrayList<>();
    private List<AmqpSession> dirtySessions = new ArrayList<>();
    private List<AmqpSession> sparseSessions = new ArrayList<>();
    private State state = State.STARTING;
    private boolean headerSeen;
    private boolean entered;
    private boolean deaf;
    private Future<?> openTimer;
    private long received;
    private long unfinishedBytes;
    private String container = "";
    private int outgoingFrameSize = AmqpSettings.MIN_MAX_FRAME_SIZE;

    AmqpConnection(
            NetSocketInternal socket,
            CommandSink commands,
            AmqpSettings settings,
            AmqpStatistics statistics,
            Containers containers,
            Consumer<AmqpConnection> onClosed) {
        this.socket = socket;
        this.channel = socket.channelHandlerContext();
        this.eventLoop = channel.channel().eventLoop();
        this.commands = commands;
        this.settings = settings;
        this.statistics = statistics;
        this.containers = containers;
        this.onClosed = onClosed;
        this.sasl = new SaslNegotiation(settings.users());
        this.output = new SocketOutput(channel, statistics);
        this.idleWatch = new IdleWatch(eventLoop, this);
        this.router = new FrameRouter(this);
        this.splitter = new FrameSplitter(settings.maxFrameSize(), router);
        this.engine = new ControlEngine(settings, sasl, router);
    }

    /** Starts to listen to the peer. */
    void start() {
        statistics.connectionsOpened.increment();
        socket.setWriteQueueMaxSize(settings.writeBufferBytes());
        socket.messageHandler(this::read);
        socket.exceptionHandler(e -> LOG.debugf("connection from %s: %s", socket.remoteAddress(), e));
        socket.closeHandler(nothing -> closed());
        socket.drainHandler(nothing -> drained());
        openTimer = eventLoop.schedule(this::checkOpened, settings.openTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- what sessions and links need

    AmqpSettings settings() {
        return settings;
    }

    AmqpStatistics statistics() {
        return statistics;
    }

    ControlEngine engine() {
        return engine;
    }

    MessageReader messages() {
        return messages;
    }

    DeliveryPrefix prefix() {
        return prefix;
    }

    /** Transactions that were begun on this connection and are not ended. */
    LongSet transactions() {
        return transactions;
    }

    String container() {
        return container;
    }

    /** Largest frame that may be sent to the peer. */
    int outgoingFrameSize() {
        return outgoingFrameSize;
    }

    /**
     * Hands in a command; those that come of one buffer or one turn go together. What was settled before goes first: a
     * peer that sees its message accepted may rely on what it had settled before it sent the message.
     */
    void submit(Command command) {
        handInSettlements();
        if (gathering) {
            gathered.add(command);
        } else {
            commands.submit(command);
        }
    }

    /** The consumer has settlements that are not handed in yet. */
    void settles(ConsumerEnd consumer) {
        settling.add(consumer);
    }

    private void handInSettlements() {
        while (!settling.isEmpty()) {
            settling.removeLast().handInSettlements();
        }
    }

    private void handInGathered() {
        handInSettlements();
        gathering = false;
        if (!gathered.isEmpty()) {
            commands.submit(gathered);
            gathered.clear();
        }
    }

    void markDirty(AmqpSession session) {
        dirtySessions.add(session);
    }

    void forget(AmqpSession session) {
        dirtySessions.remove(session);
    }

    /** Takes a share of what unfinished messages may keep; a negative one gives back. Answers whether it is there. */
    boolean takeUnfinished(int bytes) {
        if (unfinishedBytes + bytes > (long) UNFINISHED_MESSAGES * settings.maxMessageBytes()) {
            return false;
        }
        unfinishedBytes += bytes;
        return true;
    }

    /** Takes a signal from the engine's thread to the event loop. */
    void signal(LinkEnd link, Signal signal, long number, Object detail) {
        inbox.add(link, signal, number, detail);
        wake();
    }

    /** Sees to it that a turn ends soon. */
    void wake() {
        if (!turnScheduled.get() && turnScheduled.compareAndSet(false, true)) {
            eventLoop.execute(this::turn);
        }
    }

    // ---- bytes in

    private void read(Object message) {
        gathering = true;
        try {
            if (message instanceof ByteBuf bytes) {
                statistics.bytesIn.add(bytes.readableBytes());
                received += bytes.readableBytes();
                if (!deaf && state != State.CLOSED) {
                    splitter.accept(bytes);
                }
            }
        } catch (ProtocolViolationException e) {
            fail(e.condition(), e.getMessage());
        } catch (MalformedDataException e) {
            fail(AmqpErrors.DECODE_ERROR, e.getMessage());
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            handInGathered();
            ReferenceCountUtil.release(message);
            wake();
        }
    }

    boolean headerSeen() {
        return headerSeen;
    }

    void headerArrived() {
        headerSeen = true;
    }

    boolean saslSucceeded() {
        return engine.saslSucceeded() && !sasl.hasFailed();
    }

    /** A SASL frame was taken in; the next thing may be the header of what is to be spoken under it. */
    void saslProceeded() {
        if (sasl.hasFailed()) {
            statistics.authenticationFailures.increment();
            LOG.infof("AMQP connection from %s refused: it did not authenticate", socket.remoteAddress());
            writeFrames();
            deaf = true;
            state = State.CLOSING;
            output.end();
            closeSocketSoon();
        } else if (engine.saslSucceeded()) {
            splitter.expectHeader();
        }
    }

    // ---- connection's states

    boolean isClosing() {
        return state == State.CLOSING;
    }

    void remotelyOpened() {
        if (engine.remoteMaxFrameSize() < AmqpSettings.MIN_MAX_FRAME_SIZE && engine.remoteMaxFrameSize() >= 0) {
            throw new ProtocolViolationException(
                    AmqpErrors.INVALID_FIELD, "max-frame-size " + engine.remoteMaxFrameSize() + " is below 512");
        }
        state = State.OPEN;
        openTimer.cancel(false);
        container = Objects.requireNonNullElse(engine.connection().getRemoteContainer(), "");
        if (!containers.enter(container, engine.connection().getRemoteDesiredCapabilities())) {
            engine.announceFailure();
            ErrorCondition error =
                    new ErrorCondition(AmqpErrors.INVALID_FIELD, "the container-id is in use by another connection");
            error.setInfo(Map.of(Symbol.valueOf("invalid-field"), Symbol.valueOf("container-id")));
            close(error);
            return;
        }
        entered = true;
        // A negative size is one above 2 GiB.
        outgoingFrameSize = engine.remoteMaxFrameSize() < 0
                ? settings.maxFrameSize()
                : Math.min(settings.maxFrameSize(), engine.remoteMaxFrameSize());
        engine.connection().open();
        idleWatch.start(settings.idleTimeout().toMillis(), engine.remoteIdleTimeout() & 0xffffffffL);
    }

    void remotelyClosed() {
        deaf = true;
        writeFrames();
        router.lost();
        engine.close(null);
        writeFrames();
        handInGathered();
        output.flush();
        closeSocket();
    }

    /** Closes because the broker stops. May be called from any thread. */
    void closeForced() {
        eventLoop.execute(() -> close(AmqpErrors.CONNECTION_FORCED, "the broker is shutting down"));
    }

    /** Closes with a reason that is not the peer's fault. */
    void close(Symbol condition, String reason) {
        close(AmqpErrors.fitting(new ErrorCondition(condition, reason), outgoingFrameSize));
    }

    private void close(ErrorCondition error) {
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        idleWatch.stop();
        if (router.speaksAmqp()) {
            writeFrames();
            router.lost();
            engine.close(error);
            engine.drainTo(output);
        }
        // Before the peer hears of the end: it may come back at once and expect its links to be gone.
        handInGathered();
        if (deaf) {
            output.end();
        } else {
            output.flush();
        }
        state = State.CLOSING;
        closeSocketSoon();
    }

    private void fail(Symbol condition, String reason) {
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        statistics.protocolViolations.increment();
        LOG.infof("AMQP connection from %s ended: %s (%s)", socket.remoteAddress(), reason, condition);
        deaf = true;
        if (!router.speaksAmqp() && output.written() == 0) {
            // Section 2.2: answer with the header of what is spoken here, and go.
            byte[] spoken = settings.users().isEmpty() ? AMQP_HEADER : SASL_HEADER;
            output.write(spoken, 0, spoken.length);
        }
        close(condition, reason);
    }

    /** Something unforeseen came out of the protocol engine, or is wrong here; other connections do not notice. */
    private void fail(RuntimeException e) {
        LOG.debugf(e, "connection from %s", socket.remoteAddress());
        try {
            fail(AmqpErrors.INTERNAL_ERROR, e.toString());
        } catch (RuntimeException again) {
            LOG.warnf("AMQP connection from %s dropped: %s", socket.remoteAddress(), again);
            closeSocket();
        }
    }

    private void checkOpened() {
        if (state == State.STARTING) {
            fail(AmqpErrors.RESOURCE_LIMIT_EXCEEDED, "no open within " + settings.openTimeout());
        }
    }

    private void closeSocketSoon() {
        // The peer gets a moment to read why, and to close too.
        eventLoop.schedule(this::closeSocket, settings.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    void closeSocket() {
        socket.close();
    }

    private void closed() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            openTimer.cancel(false);
            statistics.connectionsClosed.increment();
            if (entered) {
                containers.leave(container);
            }
            idleWatch.stop();
            inbox.close();
            router.lost();
            output.release();
            onClosed.accept(this);
        }
    }

    // ---- turns

    private void turn() {
        turnScheduled.set(false);
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        gathering = true;
        try {
            inbox.drain();
            writeFrames();
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            handInGathered();
        }
        output.flush();
        // A peer that does not read what it has caused is not read from either.
        channel.channel().config().setAutoRead(state != State.OPEN || !output.full());
    }

    /** Gathers all frames that are due. */
    void writeFrames() {
        if (!router.isGreeted()) {
            return;
        }
        engine.drainTo(output);
        List<AmqpSession> sessions = dirtySessions;
        dirtySessions = sparseSessions;
        for (AmqpSession session : sessions) {
            if (session.finishTurn(output) && output.full()) {
                session.markDirty();
            }
        }
        sessions.clear();
        sparseSessions = sessions;
    }

    private void drained() {
        channel.channel().config().setAutoRead(true);
        wake();
    }

    // ---- silence

    @Override
    public long received() {
        return received;
    }

    @Override
    public long sent() {
        return output.written();
    }

    @Override
    public void peerIsSilent() {
        LOG.infof("AMQP connection from %s ended: silent for %s", socket.remoteAddress(), settings.idleTimeout());
        close(AmqpErrors.RESOURCE_LIMIT_EXCEEDED, "local-idle-timeout expired");
    }

    @Override
    public void giveSignOfLife() {
        output.write(FrameEncoder.EMPTY_FRAME, 0, FrameEncoder.EMPTY_FRAME.length);
        output.flush();
    }
}

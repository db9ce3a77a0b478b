package dev.millrace.broker.amqp;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Begin;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.amqp.transport.Role;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.ProtonJTransport;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Transport;
import org.apache.qpid.proton.engine.impl.ProtocolTracer;
import org.apache.qpid.proton.framing.TransportFrame;

/**
 * The protocol engine of one connection (Qpid proton-j). It has the states of connection, sessions and links, SASL, and
 * the encoding of their frames. Transfers, flows and dispositions go past it, see {@link AmqpSession}: it knows no ranges
 * of deliveries, and copies each message several times.
 */
final class ControlEngine implements ProtocolTracer {

    /** Learns under which numbers the engine has begun sessions and attached links. */
    interface Numbers {

        void begun(int remoteChannel, int localChannel, int nextOutgoingId);

        void attached(int localChannel, String name, boolean peerReceives, int handle);
    }

    private static final String BUFFER_RELEASE_THRESHOLD = "proton.transport_buffer_release_threshold";

    private static final Symbol[] CAPABILITIES = {
        Symbol.valueOf("ANONYMOUS-RELAY"),
        Symbol.valueOf("DELAYED_DELIVERY"),
        Symbol.valueOf("SHARED-SUBS"),
        Symbol.valueOf("sole-connection-for-container")
    };

    static {
        // The engine keeps an input and an output buffer of the largest frame's size for each connection; what goes
        // through it here is little and rare, so they are let go whenever they are empty.
        if (System.getProperty(BUFFER_RELEASE_THRESHOLD) == null) {
            System.setProperty(BUFFER_RELEASE_THRESHOLD, "1024");
        }
    }

    private final Transport transport = Transport.Factory.create();
    private final Connection connection = Connection.Factory.create();
    private final Collector collector = Collector.Factory.create();
    private final Numbers numbers;
    private boolean fed;
    private boolean handling;

    ControlEngine(AmqpSettings settings, SaslNegotiation sasl, Numbers numbers) {
        this.numbers = numbers;
        transport.setMaxFrameSize(settings.maxFrameSize());
        transport.setChannelMax(settings.maxSessions() - 1);
        // The engine announces half of it, so that a peer that is a little late is not cut off.
        transport.setIdleTimeout(
                (int) Math.min(Integer.MAX_VALUE, settings.idleTimeout().toMillis()));
        ((ProtonJTransport) transport).setProtocolTracer(this);
        connection.collect(collector);
        connection.setContainer("millrace");
        connection.setOfferedCapabilities(CAPABILITIES);
        connection.setProperties(properties());
        sasl.offer(transport.sasl());
        transport.bind(connection);
    }

    private static Map<Symbol, Object> properties() {
        Map<Symbol, Object> properties = new HashMap<>();
        properties.put(Symbol.valueOf("product"), "Millrace");
        properties.put(Symbol.valueOf("version"), version());
        return properties;
    }

    private static String version() {
        String version = ControlEngine.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    void input(byte[] bytes, int from, int to) {
        fed = true;
        int at = from;
        while (at < to && transport.capacity() > 0) {
            ByteBuffer tail = transport.tail();
            int part = Math.min(tail.remaining(), to - at);
            tail.put(bytes, at, part);
            at += part;
            transport.process();
        }
    }

    /** Hands every event that waits to {@code handler}. */
    void handleEvents(Consumer<Event> handler) {
        handling = true;
        try {
            for (Event event = collector.peek(); event != null; event = collector.peek()) {
                handler.accept(event);
                collector.pop();
            }
        } finally {
            handling = false;
        }
    }

    /** Writes out all that the engine has to say. May be called by a handler of events too. */
    void drainTo(SocketOutput out) {
        if (handling) {
            writeTo(out);
        } else if (fed || collector.peek() != null) {
            // Otherwise nothing was done to the engine: it would have left an event.
            fed = false;
            writeTo(out);
            // What peers do is acted upon at once; what is left over tells of our own doings.
            handleEvents(ours -> {});
        }
    }

    private void writeTo(SocketOutput out) {
        while (transport.pending() > 0) {
            ByteBuffer head = transport.head();
            int length = head.remaining();
            out.write(head);
            transport.pop(length);
        }
    }

    Connection connection() {
        return connection;
    }

    boolean saslSucceeded() {
        return transport.sasl().getOutcome() == Sasl.PN_SASL_OK;
    }

    int remoteMaxFrameSize() {
        return transport.getRemoteMaxFrameSize();
    }

    int remoteIdleTimeout() {
        return transport.getRemoteIdleTimeout();
    }

    /** Says in the open that a close follows at once, for a reason. */
    void announceFailure() {
        Map<Symbol, Object> properties = properties();
        properties.put(Symbol.valueOf("amqp:connection-establishment-failed"), true);
        connection.setProperties(properties);
    }

    /** Has the connection closed; opened before, if it was not, as the protocol asks. */
    void close(ErrorCondition error) {
        if (error != null) {
            connection.setCondition(error);
        }
        connection.open();
        connection.close();
    }

    @Override
    public void receivedFrame(TransportFrame frame) {
        // Only what the engine sends is of interest.
    }

    @Override
    public void sentFrame(TransportFrame frame) {
        switch (frame.getBody()) {
            case Begin begin ->
                numbers.begun(
                        begin.getRemoteChannel().intValue(),
                        frame.getChannel(),
                        begin.getNextOutgoingId().intValue());
            case Attach attach ->
                numbers.attached(
                        frame.getChannel(),
                        attach.getName(),
                        attach.getRole() == Role.SENDER,
                        attach.getHandle().intValue());
            default -> {}
        }
    }
}

package dev.millrace.broker.amqp;

import java.nio.ByteBuffer;
import java.util.Map;
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

    private static final Symbol[] CAPABILITIES = {
        Symbol.valueOf("ANONYMOUS-RELAY"),
        Symbol.valueOf("DELAYED_DELIVERY"),
        Symbol.valueOf("SHARED-SUBS"),
        Symbol.valueOf("sole-connection-for-container")
    };

    private final Transport transport = Transport.Factory.create();
    private final Connection connection = Connection.Factory.create();
    private final Collector collector = Collector.Factory.create();
    private final Numbers numbers;

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
        connection.setProperties(Map.of(Symbol.valueOf("product"), "Millrace", Symbol.valueOf("version"), version()));
        sasl.offer(transport.sasl());
        transport.bind(connection);
    }

    private static String version() {
        String version = ControlEngine.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    void input(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && transport.capacity() > 0) {
            ByteBuffer tail = transport.tail();
            int part = Math.min(tail.remaining(), to - at);
            tail.put(bytes, at, part);
            at += part;
            transport.process();
        }
    }

    /** The next event, removed; null if there is none. */
    Event.Type nextEvent(EventHandler handler) {
        Event event = collector.peek();
        if (event == null) {
            return null;
        }
        Event.Type type = event.getType();
        handler.handle(event);
        collector.pop();
        return type;
    }

    /** Acts on one event. */
    interface EventHandler {
        void handle(Event event);
    }

    /** Writes out all that the engine has to say. */
    void drainTo(SocketOutput out) {
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

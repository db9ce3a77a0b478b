package dev.millrace.relay;

import io.vertx.core.Vertx;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.message.Message;

/** An AMQP server that does as a test says: what it accepts, refuses, holds back and when it drops the line. */
final class ScriptedBroker implements AutoCloseable {
    /** A message as it arrived, whatever became of it. */
    record Arrival(String address, Message message, boolean accepted) {
        String id() {
            return (String) message.getMessageId();
        }

        String aggregate() {
            return message.getGroupId();
        }

        String body() {
            return new String(((Data) message.getBody()).getValue().getArray());
        }
    }

    private final Vertx vertx;
    private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
    private final List<ProtonConnection> connections = new CopyOnWriteArrayList<>();
    private final List<Held> held = new CopyOnWriteArrayList<>();
    private final Set<String> unknownAddresses = ConcurrentHashMap.newKeySet();
    private volatile Function<Arrival, DeliveryState> outcome = arrival -> Accepted.getInstance();
    private volatile boolean holding;
    private volatile int credit = 1_000;
    private volatile long maxMessageSize;
    private ProtonServer server;
    private int port;

    private record Held(ProtonDelivery delivery, Message message, ProtonReceiver receiver) {}

    ScriptedBroker(Vertx vertx) throws Exception {
        this.vertx = vertx;
        listen(0);
        port = server.actualPort();
    }

    int port() {
        return port;
    }

    /** Decides on each message; default: accepted. */
    void outcome(Function<Arrival, DeliveryState> decision) {
        outcome = decision;
    }

    static DeliveryState rejected(String condition) {
        var rejected = new Rejected();
        rejected.setError(new ErrorCondition(Symbol.valueOf(condition), "scripted " + condition));
        return rejected;
    }

    /** From now on messages get no outcome, until {@link #letGo}. */
    void hold() {
        holding = true;
    }

    int heldBack() {
        return held.size();
    }

    void letGo() {
        holding = false;
        for (Held each : held) {
            held.remove(each);
            vertx.runOnContext(ignored -> answer(each.receiver(), each.delivery(), each.message()));
        }
    }

    /** Credit of links attached from now on. */
    void credit(int messages) {
        credit = messages;
    }

    /** Gives credit to all links there are. */
    void grant(int messages) {
        for (ProtonConnection connection : connections) {
            List<ProtonReceiver> receivers = connection.attachments().get("receivers", List.class);
            receivers.forEach(receiver -> vertx.runOnContext(ignored -> receiver.flow(messages)));
        }
    }

    void maxMessageSize(long bytes) {
        maxMessageSize = bytes;
    }

    /** Links to this address are refused. */
    void unknown(String address) {
        unknownAddresses.add(address);
    }

    /** Cuts all connections, as a crash would. */
    void drop() {
        held.clear();
        connections.forEach(connection -> vertx.runOnContext(ignored -> connection.disconnect()));
        connections.clear();
    }

    void stop() throws Exception {
        var closed = new java.util.concurrent.CompletableFuture<Void>();
        server.close(result -> closed.complete(null));
        closed.get(5, TimeUnit.SECONDS);
        drop();
    }

    void startAgain() throws Exception {
        listen(port);
    }

    private void listen(int onPort) throws Exception {
        server = ProtonServer.create(vertx).connectHandler(this::connected);
        var listening = new java.util.concurrent.CompletableFuture<Void>();
        server.listen(onPort, "127.0.0.1", result -> {
            if (result.succeeded()) {
                listening.complete(null);
            } else {
                listening.completeExceptionally(result.cause());
            }
        });
        listening.get(5, TimeUnit.SECONDS);
    }

    private void connected(ProtonConnection connection) {
        connection.attachments().set("receivers", List.class, new CopyOnWriteArrayList<ProtonReceiver>());
        connection.openHandler(opened -> {
            connection.setContainer("scripted");
            connection.open();
            connections.add(connection);
        });
        connection.sessionOpenHandler(session -> session.open());
        connection.receiverOpenHandler(receiver -> attached(connection, receiver));
        connection.disconnectHandler(gone -> connections.remove(connection));
        connection.closeHandler(closed -> {
            connection.close();
            connections.remove(connection);
        });
    }

    private void attached(ProtonConnection connection, ProtonReceiver receiver) {
        String address = receiver.getRemoteTarget().getAddress();
        if (unknownAddresses.contains(address)) {
            receiver.setTarget(null);
            receiver.open();
            receiver.setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-found"), "no " + address));
            receiver.close();
            return;
        }
        receiver.setTarget(receiver.getRemoteTarget());
        if (maxMessageSize > 0) {
            receiver.setMaxMessageSize(UnsignedLong.valueOf(maxMessageSize));
        }
        receiver.setPrefetch(0).setAutoAccept(false);
        receiver.handler((delivery, message) -> {
            if (holding) {
                held.add(new Held(delivery, message, receiver));
            } else {
                answer(receiver, delivery, message);
            }
        });
        receiver.closeHandler(closed -> receiver.close());
        receiver.open();
        receiver.flow(credit);
        connection.attachments().get("receivers", List.class).add(receiver);
    }

    private void answer(ProtonReceiver receiver, ProtonDelivery delivery, Message message) {
        String address = receiver.getRemoteTarget().getAddress();
        DeliveryState state = outcome.apply(new Arrival(address, message, false));
        if (state == null) {
            receiver.getSession().getConnection().disconnect();
            return;
        }
        arrivals.add(new Arrival(address, message, state instanceof Accepted));
        delivery.disposition(state, true);
        if (credit > 1) {
            receiver.flow(1);
        }
    }

    /** Everything that arrived and got an outcome, in order. */
    List<Arrival> arrivals() {
        synchronized (arrivals) {
            return List.copyOf(arrivals);
        }
    }

    int count() {
        return arrivals.size();
    }

    /** What was accepted, in order. */
    List<Arrival> accepted() {
        return arrivals().stream().filter(Arrival::accepted).toList();
    }

    /** Bodies of what was accepted at an address, in order. */
    List<String> bodies(String address) {
        return accepted().stream()
                .filter(arrival -> arrival.address().equals(address))
                .map(Arrival::body)
                .toList();
    }

    /** Bodies accepted for one aggregate, each at its first acceptance: what a broker that knows repetitions stores. */
    List<Integer> storedOf(String aggregate) {
        var stored = new ArrayList<Integer>();
        var seen = new java.util.HashSet<String>();
        for (Arrival arrival : accepted()) {
            if (arrival.aggregate().equals(aggregate) && seen.add(arrival.id())) {
                stored.add(Integer.valueOf(arrival.body()));
            }
        }
        return stored;
    }

    int connections() {
        return connections.size();
    }

    @Override
    public void close() throws Exception {
        stop();
    }
}

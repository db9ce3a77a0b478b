package dev.millrace.broker.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The front's connections and the core behind them in one thread, without sockets and without a clock: the same bytes
 * have the same effects. Its bounds are small, so that they are reached.
 */
final class EmbeddedFront {

    private static final Logger LOGGER = Logger.getLogger(AmqpConnection.class.getName());

    static final AmqpSettings SETTINGS = new AmqpSettings(
            "embedded",
            0,
            8 * 1024,
            Map.of(),
            64 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            16,
            4,
            8,
            1,
            16 * 1024);

    /** What is said back and forth between connections and core has come to an end long before. */
    private static final int MAX_ROUNDS = 1_000;

    static {
        // What bad peers are told is not worth a line for each of them here.
        LOGGER.setLevel(Level.WARNING);
    }

    private final CoreBroker broker = new CoreBroker();
    private final AmqpStatistics statistics = new AmqpStatistics();
    private final List<EmbeddedPeer> peers = new ArrayList<>();

    EmbeddedPeer connect() {
        EmbeddedSocket socket = new EmbeddedSocket();
        AmqpConnection connection =
                new AmqpConnection(socket.socket(), broker, SETTINGS, statistics, new Containers(), closed -> {});
        connection.start();
        EmbeddedPeer peer = new EmbeddedPeer(this, socket);
        peers.add(peer);
        return peer;
    }

    /** Lets everything happen that is due. */
    void settle() {
        int rounds = 0;
        boolean busy = true;
        while (busy) {
            busy = false;
            for (EmbeddedPeer peer : peers) {
                busy |= peer.run();
            }
            busy |= broker.run();
            if (++rounds > MAX_ROUNDS) {
                throw new AssertionError("the front does not come to rest");
            }
        }
    }

    void pass(long millis) {
        peers.forEach(EmbeddedPeer::giveSignOfLife);
        settle();
        broker.pass(millis);
        peers.forEach(peer -> peer.pass(millis));
        settle();
    }

    /** Everybody else is gone without a word; nothing of them may be left. */
    void dropAllBut(EmbeddedPeer staying) {
        peers.remove(staying);
        peers.forEach(EmbeddedPeer::vanish);
        peers.clear();
        peers.add(staying);
        settle();
        if (statistics.connections() != 1 || statistics.publishers() != 1 || statistics.consumers() != 1) {
            throw new AssertionError("left over: " + statistics.connections() + " connections, "
                    + statistics.publishers() + " publishers, " + statistics.consumers() + " consumers");
        }
    }
}

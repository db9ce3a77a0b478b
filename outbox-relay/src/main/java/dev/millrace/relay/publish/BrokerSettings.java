package dev.millrace.relay.publish;

import java.time.Duration;

/**
 * Where the broker is and how to talk to it.
 *
 * @param user null for SASL ANONYMOUS
 * @param containerId names this connection to the broker; unique per source
 * @param heartbeat a peer silent for twice this is taken for lost
 * @param stallLimit without any progress for this long, the connection is made anew
 */
public record BrokerSettings(
        String host,
        int port,
        String user,
        String password,
        String containerId,
        Duration heartbeat,
        Duration stallLimit) {
    /** The same broker for another connection of the same source. */
    public BrokerSettings named(String connection) {
        return new BrokerSettings(host, port, user, password, containerId + "-" + connection, heartbeat, stallLimit);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "amqp://%s:%d".formatted(host, port);
    }
}

package dev.millrace.messaging;

import io.smallrye.reactive.messaging.ClientCustomizer;
import io.vertx.amqp.AmqpClientOptions;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.Config;

/**
 * Has every channel's connection given up when the broker is silent. Without it a consumer whose connection was forgotten
 * on the way, by a firewall, say, would wait for ever for messages that nobody can send to it.
 */
@ApplicationScoped
class ConnectionHeartbeat implements ClientCustomizer<AmqpClientOptions> {

    /** Heartbeats begin when the connection is open; until then, this. Longer than a broker with heartbeats is silent. */
    private static final int READ_IDLE_SECONDS = 3 * SideConnection.HEARTBEAT_MILLIS / 1_000;

    @Override
    public AmqpClientOptions customize(String channel, Config channelConfig, AmqpClientOptions options) {
        options.setHeartbeat(SideConnection.HEARTBEAT_MILLIS);
        options.setReadIdleTimeout(READ_IDLE_SECONDS);
        return options;
    }
}

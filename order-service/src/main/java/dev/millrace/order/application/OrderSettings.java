package dev.millrace.order.application;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The service's own settings, {@code millrace.order.*}. */
@ConfigMapping(prefix = "millrace.order")
public interface OrderSettings {

    /**
     * How long an order may stay pending, from {@code ORDER_TIMEOUT}. Too short: orders are cancelled while their stock
     * is being reserved. Too long: stock that was reserved for nobody is blocked that long.
     */
    @WithDefault("PT30S")
    Duration timeout();

    /** Server-sent events of an order. */
    EventStreams eventStreams();

    /** Settings of {@code GET /orders/{id}/events}. */
    interface EventStreams {

        /** Time between heartbeats. Shorter than the idle time-out of every proxy on the way, or those cut the stream. */
        @WithDefault("PT10S")
        Duration heartbeat();

        /** Streams open at one time; one more is answered with 503. Each holds a connection and a few objects. */
        @WithDefault("1000")
        int max();
    }
}

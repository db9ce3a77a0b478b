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

    /**
     * How long an Idempotency-Key is remembered. A retry that comes later makes a second order, so it must be longer than
     * any client retries; longer costs one small row for each order.
     */
    @WithDefault("P30D")
    Duration idempotencyKeyRetention();

    /** Server-sent events of an order. */
    EventStreams eventStreams();

    /** When {@code POST /orders} is answered with 429. */
    Admission admission();

    /** See {@link AdmissionRule}. */
    interface Admission {

        /** What an accepted order may have to wait for its confirmation while orders are being settled. */
        @WithDefault("PT2S")
        Duration maxWait();

        /** So many pending orders are never too many. Too few: bursts are refused that would do no harm. */
        @WithDefault("200")
        int freePending();

        /**
         * Pending orders at most, also while nothing settles them (inventory, broker or relay is stopped, and orders are
         * kept for its return).
         */
        @WithDefault("5000")
        int maxPending();

        /** Events that wait in the outbox at most. */
        @WithDefault("20000")
        int maxUnpublished();

        /** Orders that this instance has let in and not answered yet, at most; those that wait for their turn included. */
        @WithDefault("200")
        int maxAtOnce();

        /**
         * Orders that are being placed at one time in this instance at most. Each takes a worker thread and a database
         * connection: with as many as there are connections, reads and the events that settle orders get none.
         */
        @WithDefault("8")
        int maxRunning();

        /** Between two measurements of the backlog. */
        @WithDefault("PT0.25S")
        Duration interval();
    }

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

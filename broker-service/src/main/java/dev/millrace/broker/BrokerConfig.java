package dev.millrace.broker;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The broker's configuration. The values that are shipped, and why, stand in {@code application.properties}. */
@StaticInitSafe
@ConfigMapping(prefix = "broker")
public interface BrokerConfig {

    /** Directory of the commit log; made if it does not exist. One broker at a time. */
    String dataDir();

    /** {@code name:password,…}; with users the AMQP port listens on all interfaces and wants SASL PLAIN. */
    Optional<String> users();

    /**
     * Largest message in bytes, 1 to nearly half a log segment (more is refused at the start); a larger message is
     * refused with amqp:link:message-size-exceeded.
     */
    @WithDefault("1048576")
    int maxMessageBytes();

    /** Whether an unknown address makes a queue (or a topic, where the client asks for one). */
    @WithDefault("true")
    boolean autoCreate();

    /**
     * For measurements and tests only: makes each sync of the log that much longer, to see the broker on a slower disk.
     */
    @WithDefault("0S")
    Duration syncDelay();

    Amqp amqp();

    Log log();

    /** Declared at every start, by name. */
    Map<String, QueueConfig> queues();

    /** Declared at every start, by name. */
    Map<String, TopicConfig> topics();

    /** The AMQP port. */
    interface Amqp {

        /** 0 takes a free one. */
        @WithDefault("5672")
        int port();
    }

    /** The commit log. */
    interface Log {

        /** Size of a segment in bytes; at least 64 KiB, a multiple of 512, and more than twice the largest message. */
        @WithDefault("67108864")
        int segmentBytes();

        /**
         * Memory (outside of the heap) for the newest part of the log, so that what is delivered soon after it came need
         * not be read back; in whole MiB, 0 for none. It is taken as the log grows.
         */
        @WithDefault("67108864")
        long cacheBytes();

        /**
         * The log grows by this many bytes between two snapshots; at least a segment. Less makes the start after a
         * crash faster and the log shorter, more saves writing (16 bytes for each waiting message and snapshot).
         */
        @WithDefault("268435456")
        long snapshotBytes();

        /**
         * With less than this free on its disk the broker gives publishers no credit until there is an eighth more;
         * settlements go on. It should hold two segments and a snapshot. 0 switches it off: then publishers are refused
         * only when the spare segment cannot be made.
         */
        @WithDefault("268435456")
        long lowWaterBytes();
    }

    /** How a queue or a subscription delivers. */
    interface QueueConfig {

        /** Bound on the messages that wait in a queue; at the bound publishers get no more credit. */
        @WithDefault("10000000")
        long maxMessages();

        /** Failed attempts after which a message goes to the dead letters. */
        @WithDefault("5")
        int maxDeliveryAttempts();

        /** How long a consumer may hold a delivery unsettled. */
        @WithDefault("30S")
        Duration lockDuration();

        Backoff backoff();
    }

    /** The pause before a failed message comes back. */
    interface Backoff {

        @WithDefault("0.2S")
        Duration initial();

        @WithDefault("2.0")
        double multiplier();

        @WithDefault("30S")
        Duration max();

        /** Share of the pause by which it varies, 0 to 1. */
        @WithDefault("0.2")
        double jitter();
    }

    /** A topic and its durable subscriptions. */
    interface TopicConfig {

        Retention retention();

        Map<String, QueueConfig> subscriptions();
    }

    /** How long a topic keeps its messages, whoever has read them; a subscription further behind loses the rest. */
    interface Retention {

        /** Messages older than this go, within a second or so. 0S keeps them for ever. */
        @WithDefault("7D")
        Duration age();

        /** While the topic's messages have more bytes than this, and a sixteenth more, the oldest go. 0 is no bound. */
        @WithDefault("0")
        long bytes();
    }
}

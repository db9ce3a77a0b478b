package dev.millrace.broker;

import dev.millrace.broker.core.QueueSettings;
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

    History history();

    /** Declared at every start, by name. */
    Map<String, QueueConfig> queues();

    /** Declared at every start, by name. */
    Map<String, TopicConfig> topics();

    /** The AMQP port. */
    interface Amqp {

        /** 0 takes a free one. */
        @WithDefault("5672")
        int port();

        /**
         * How long a peer may be silent before its connection is given up; noticed after up to one and a half of it. Half
         * of it is announced, and clients give signs of life in time. Too long: a consumer that is gone without a word
         * keeps its deliveries from others for that long, or for their lock. Too short: a pause of a busy machine looks
         * like the end of a peer. 0 is for ever.
         */
        @WithDefault("15S")
        Duration idleTimeout();
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

    /** What happened to each message, kept for a while also after it is gone. */
    interface History {

        /**
         * All its files together, in bytes; 0 keeps none, else at least a MiB. An event takes 16 bytes, an ordinary life
         * of a message three events. Half of it is for messages in trouble. When it is used up, the oldest go first.
         */
        @WithDefault("268435456")
        long maxBytes();

        /** After that time events go though there is room for them; a minute to 90 days. */
        @WithDefault("7D")
        Duration retention();
    }

    /** How a queue or a subscription delivers. */
    interface QueueConfig {

        /** Bound on the messages that wait, at least 1; at the bound {@code when-full} acts. */
        @WithDefault("10000000")
        long maxMessages();

        /** The same in bytes as they are stored; 0 is no bound. */
        @WithDefault("0")
        long maxBytes();

        /**
         * What happens at the bound: {@code block} gives publishers no more credit, {@code reject} rejects what they
         * send, {@code drop-oldest} lets the oldest messages go unread. On a topic's subscription the first two hold
         * its topic back, and so all that the others would get.
         */
        @WithDefault("block")
        QueueSettings.WhenFull whenFull();

        /** Failed attempts after which a message goes to the dead letters. */
        @WithDefault("5")
        int maxDeliveryAttempts();

        /** How long a consumer may hold a delivery unsettled. */
        @WithDefault("30S")
        Duration lockDuration();

        /**
         * For so long a queue remembers the message-ids that it took; one that comes again is accepted and not stored.
         * 0S is off. Of no effect on a subscription: see the topic's.
         */
        @WithDefault("0S")
        Duration duplicateWindow();

        /** Dead letters that are older go for good; 0S keeps them for ever. */
        @WithDefault("14D")
        Duration deadLetterRetention();

        /** Whether later messages of a dead letter's ordering key are delivered ({@code continue}) or wait ({@code park}). */
        @WithDefault("continue")
        QueueSettings.OnDeadLetter onDeadLetter();

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

    /** Which messages are wanted: those that fit both; every one if neither is given. */
    interface SelectionConfig {

        /** A condition on properties, header and annotations, as in Jakarta Messaging. */
        Optional<String> selector();

        /** A pattern for the subject: {@code *} for one word, {@code #} for any number. */
        Optional<String> subject();
    }

    /** A topic's subscription. What it does not want it passes over. */
    interface SubscriptionConfig extends QueueConfig, SelectionConfig {

        /** As of a queue; 0 is no bound but the topic's retention. */
        @Override
        @WithDefault("0")
        long maxMessages();
    }

    /** A topic, its durable subscriptions, and its ways into queues. */
    interface TopicConfig {

        Retention retention();

        /** For so long the message-ids that the topic took are remembered, as with a queue. 0S is off. */
        @WithDefault("0S")
        Duration duplicateWindow();

        Map<String, SubscriptionConfig> subscriptions();

        /**
         * By queue: what of the topic goes into it, too ({@code subject=#} for everything). A queue that is not
         * declared itself is made with the defaults, or stops the start where {@code auto-create} is off.
         */
        Map<String, SelectionConfig> bindings();
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

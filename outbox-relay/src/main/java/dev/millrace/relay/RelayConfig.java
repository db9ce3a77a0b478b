package dev.millrace.relay;

import dev.millrace.relay.capture.SourceSettings;
import dev.millrace.relay.publish.BrokerSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Settings of the relay; application.properties holds the defaults and the environment variables behind them. */
@ConfigMapping(prefix = "relay")
public interface RelayConfig {
    /** The source databases by the name that they have in {@code /relay/{source}}, metrics and logs. */
    Map<String, Source> sources();

    /** The broker that all sources publish to. */
    Broker broker();

    /**
     * Time that a stop may take in all: the batch under way is finished within two thirds of it or given up (then it is
     * sent again after the next start).
     */
    @WithDefault("4s")
    Duration shutdownTimeout();

    /** One source database. */
    interface Source {
        /** False: not relayed by this process. */
        @WithDefault("true")
        boolean enabled();

        /** Host name or address of PostgreSQL. */
        String host();

        /** TCP port, 1 to 65535. */
        int port();

        /** Name of the database. */
        String database();

        /** A role with LOGIN and REPLICATION that owns the relay's tables. */
        String user();

        /** The role's password. */
        String password();

        /** Logical replication slot made by the service's migration; default: the role's name and {@code _outbox}. */
        Optional<String> slot();

        /** Publication made by the service's migration. */
        @WithDefault("outbox")
        String publication();

        /**
         * How long the capture waits for more rows before it hands over what it has, and between two looks at an idle
         * stream. 1 ms to 1 s. Adds up to twice itself to each event's latency; smaller costs wake-ups.
         */
        @WithDefault("5ms")
        Duration pollInterval();

        /**
         * Rows in a batch at most, 1 to 100,000. A crash makes the relay send again at most two batches and what was
         * accepted within the {@code position-interval} before it.
         */
        @WithDefault("512")
        int maxBatchRows();

        /** Bytes of rows captured and waiting at most, 1 MiB or more; beyond it the capture stops reading. The two batches under
         * way hold as much again. */
        @WithDefault("33554432")
        long maxQueueBytes();

        /**
         * Time between two positions stored at least, 0 to 10 s; 0: one after each batch. Shorter: a transaction with a
         * sync for every few rows of a calm stream. Longer: a crash makes the relay send more rows again, which the
         * broker's duplicate window swallows.
         */
        @WithDefault("100ms")
        Duration positionInterval();

        /**
         * How often a mark is written into the write-ahead log, so that the slot of an idle database moves on too, and
         * {@code lagEvents} and the seconds behind are exact again. 1 s to 1 min.
         */
        @WithDefault("5s")
        Duration heartbeat();

        /**
         * A destination that takes nothing for this long no longer holds up the others: its rows are kept in
         * {@code relay_resend} and follow when it takes them. 100 ms to 10 min. Too short: rows make a detour at every
         * hiccup of the broker; too long: the other destinations wait that long, once.
         */
        @WithDefault("5s")
        Duration holdAfter();

        /** Rows held at most, 0 to 10,000,000; at the bound the source waits for the destination. 0: none are held. */
        @WithDefault("100000")
        int maxHeldRows();

        /**
         * How often the outbox is compared with what came through the stream. 100 ms to 10 min. A row that the stream
         * left out is sent after two to three times this.
         */
        @WithDefault("15s")
        Duration reconcileInterval();
    }

    /** The broker. */
    interface Broker {
        /** Host name or address. */
        String host();

        /** AMQP port. */
        int port();

        /** Name for SASL PLAIN; without it SASL ANONYMOUS. */
        Optional<String> user();

        /** Password for SASL PLAIN. */
        Optional<String> password();

        /** First part of the container-id; each source adds its own name. */
        @WithDefault("outbox-relay")
        String containerId();

        /** A peer that is silent for twice this long is taken for lost. 100 ms to 1 min. */
        @WithDefault("5s")
        Duration heartbeat();

        /** Without any outcome or credit for this long while rows wait, the connection is made anew. 1 s or more. */
        @WithDefault("30s")
        Duration stallLimit();
    }

    /** The settings of one source, resolved. */
    default SourceSettings source(String name) {
        Source source = sources().get(name);
        return new SourceSettings(
                name,
                source.host(),
                source.port(),
                source.database(),
                source.user(),
                source.password(),
                source.slot().orElse(source.user() + "_outbox"),
                source.publication(),
                source.pollInterval(),
                source.maxBatchRows(),
                source.maxQueueBytes(),
                source.positionInterval(),
                source.heartbeat(),
                source.holdAfter(),
                source.maxHeldRows(),
                source.reconcileInterval());
    }

    /** The broker as one source sees it. */
    default BrokerSettings broker(String source) {
        Broker broker = broker();
        return new BrokerSettings(
                broker.host(),
                broker.port(),
                broker.user().orElse(null),
                broker.password().orElse(null),
                broker.containerId() + "-" + source,
                broker.heartbeat(),
                broker.stallLimit());
    }
}

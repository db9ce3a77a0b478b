package dev.millrace.broker.amqp;

import java.time.Duration;
import java.util.Map;

/**
 * How the AMQP front listens and what it allows.
 *
 * @param host address to bind
 * @param port port to bind; 0 for any that is free
 * @param maxMessageBytes largest message that is taken, in bytes, announced in every publisher's attach
 * @param users passwords by name; without any, every name is welcome
 * @param maxFrameSize largest frame that is taken and sent, in bytes, at least 512
 * @param idleTimeout how long a peer may be silent; zero for ever
 * @param openTimeout how long a peer may take from the first byte to its open
 * @param closeTimeout how long a peer may take to answer our close before its socket is closed
 * @param maxConnections connections at one time; further sockets are closed at once
 * @param maxSessions sessions per connection, 1 to 65536
 * @param maxLinks links per connection; further ones are refused
 * @param eventLoops how many event loops share the connections
 * @param writeBufferBytes how much may wait for a peer that reads slowly before nothing more is read from it
 */
public record AmqpSettings(
        String host,
        int port,
        int maxMessageBytes,
        Map<String, String> users,
        int maxFrameSize,
        Duration idleTimeout,
        Duration openTimeout,
        Duration closeTimeout,
        int maxConnections,
        int maxSessions,
        int maxLinks,
        int eventLoops,
        int writeBufferBytes) {

    /** Smallest frame size that a peer may ask for (AMQP 1.0, part 2, section 2.4.1). */
    static final int MIN_MAX_FRAME_SIZE = 512;

    public AmqpSettings {
        users = Map.copyOf(users);
        if (maxFrameSize < MIN_MAX_FRAME_SIZE) {
            throw new IllegalArgumentException("maxFrameSize " + maxFrameSize + " is below " + MIN_MAX_FRAME_SIZE);
        }
        if (maxSessions < 1 || maxSessions > 65536) {
            throw new IllegalArgumentException("maxSessions " + maxSessions + " is outside 1..65536");
        }
        if (maxMessageBytes < 1 || maxLinks < 1 || maxConnections < 1 || eventLoops < 1 || writeBufferBytes < 1) {
            throw new IllegalArgumentException("every bound has to be at least 1: " + maxMessageBytes + ", " + maxLinks
                    + ", " + maxConnections + ", " + eventLoops + ", " + writeBufferBytes);
        }
    }

    /** With the bounds that suit most. */
    public static AmqpSettings of(String host, int port, Map<String, String> users) {
        return new AmqpSettings(
                host,
                port,
                1024 * 1024,
                users,
                64 * 1024,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                2_000,
                256,
                4_096,
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                512 * 1024);
    }

    /** The same with another bound on messages, in bytes. */
    public AmqpSettings withMaxMessageBytes(int bytes) {
        return new AmqpSettings(
                host,
                port,
                bytes,
                users,
                maxFrameSize,
                idleTimeout,
                openTimeout,
                closeTimeout,
                maxConnections,
                maxSessions,
                maxLinks,
                eventLoops,
                writeBufferBytes);
    }

    /** The same with other time-outs. */
    public AmqpSettings withTimeouts(Duration idle, Duration open, Duration close) {
        return new AmqpSettings(
                host,
                port,
                maxMessageBytes,
                users,
                maxFrameSize,
                idle,
                open,
                close,
                maxConnections,
                maxSessions,
                maxLinks,
                eventLoops,
                writeBufferBytes);
    }

    /** The same with other bounds on connections, sessions per connection and links per connection. */
    public AmqpSettings withBounds(int connections, int sessions, int links) {
        return new AmqpSettings(
                host,
                port,
                maxMessageBytes,
                users,
                maxFrameSize,
                idleTimeout,
                openTimeout,
                closeTimeout,
                connections,
                sessions,
                links,
                eventLoops,
                writeBufferBytes);
    }
}

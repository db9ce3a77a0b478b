package dev.millrace.e2e.system;

import dev.millrace.stack.Part;
import java.net.URI;
import java.time.Duration;

/** A running system: where its parts are, and a hand on their processes. */
sealed interface Target extends AutoCloseable permits LocalTarget, UrlTarget {

    /** What the settings ask for, running. */
    static Target open() throws InterruptedException {
        String kind = Setting.E2E_TARGET.value();
        return switch (kind) {
            case "local" -> LocalTarget.start();
            case "urls" -> new UrlTarget();
            default -> throw new IllegalArgumentException("E2E_TARGET is \"" + kind + "\", expected local or urls");
        };
    }

    /** Root of a part's HTTP interface, without a slash at the end; of the mail server the mailbox. */
    URI url(Part part);

    /** Where the broker speaks AMQP. */
    AmqpEndpoint amqp();

    /** How long an order may stay PENDING there. */
    Duration orderTimeout();

    /** Whether parts can be killed, stopped and started. */
    boolean allowsFaults();

    /** SIGKILL. */
    void kill(Part part);

    /** Stops a part in good order. */
    void stop(Part part);

    /** Starts a part that does not run; returns when the command to do so is done. */
    void start(Part part) throws InterruptedException;

    /** Whether the system was empty when the tests came. */
    boolean isFresh();

    /** Where to look when something went wrong. */
    String logs();

    @Override
    void close();
}

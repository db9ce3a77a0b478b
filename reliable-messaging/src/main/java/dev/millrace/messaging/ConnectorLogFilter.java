package dev.millrace.messaging;

import io.quarkus.logging.LoggingFilter;
import java.util.Set;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps the connector's log to what tells something. What it leaves out:
 *
 * <ul>
 *   <li>SmallRye's records of a consumer's failure, one always with a stack trace, one without the reason:
 *       {@link ChannelDecorator} logs the same failure together with what becomes of the message;
 *   <li>that the messages of a lost connection cannot be retrieved: the record before says that it is lost, the ones
 *       after it that each channel listens again;
 *   <li>that a reconnected channel finds its gauge registered already;
 *   <li>the stack trace of a lost connection, which is the network's and not ours.
 * </ul>
 */
@LoggingFilter(name = "connector")
public final class ConnectorLogFilter implements Filter {

    private static final Set<String> REPEATED = Set.of(
            "SRMSG00200", // method has thrown
            "SRMSG16226", // modified(delivery-failed)
            "SRMSG16205", // unable to retrieve messages, retrying
            "This Gauge has been alrea");

    private static final String CONNECTION_LOST = "SRMSG16214";

    @Override
    public boolean isLoggable(LogRecord record) {
        String message = record.getMessage();
        if (message == null) {
            return true;
        }
        if (REPEATED.stream().anyMatch(message::startsWith)) {
            return false;
        }
        if (message.startsWith(CONNECTION_LOST) && record.getThrown() != null) {
            record.setMessage(
                    "SRMSG16214: AMQP connection lost (" + record.getThrown().getMessage() + "), reconnecting");
            record.setThrown(null);
        }
        return true;
    }
}

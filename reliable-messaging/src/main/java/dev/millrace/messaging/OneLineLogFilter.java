package dev.millrace.messaging;

import io.quarkus.logging.LoggingFilter;
import java.sql.SQLException;
import java.util.Set;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.stream.Stream;

/**
 * Keeps a service's log to what tells something, each in one line. What it leaves out of the connector's records:
 *
 * <ul>
 *   <li>SmallRye's records of a consumer's failure, one always with a stack trace, one without the reason:
 *       {@link ChannelDecorator} logs the same failure together with what becomes of the message;
 *   <li>that the messages of a lost connection cannot be retrieved: the record before says that it is lost, the ones
 *       after it that each channel listens again;
 *   <li>that a reconnected channel finds its gauge registered already;
 *   <li>the stack trace of a connection that is lost or cannot be made, which is the network's and not ours.
 * </ul>
 *
 * <p>And of a start without a database: the line breaks of Flyway's attempts, and the stack trace of the last of them.
 */
@LoggingFilter(name = "one-line")
public final class OneLineLogFilter implements Filter {

    private static final Set<String> REPEATED = Set.of(
            "SRMSG00200", // method has thrown
            "SRMSG16226", // modified(delivery-failed)
            "SRMSG16205", // unable to retrieve messages, retrying
            "This Gauge has been alrea");

    private static final String CONNECTION_LOST = "SRMSG16214";
    private static final String NOT_CONNECTED = "SRMSG16215";
    private static final String DATABASE_AWAITED = "Connection error: ";
    private static final String NOT_STARTED = "Failed to start application";

    /** Class of the SQL states that mean "no connection". */
    private static final String NO_CONNECTION = "08";

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
        } else if (message.startsWith(NOT_CONNECTED) && record.getThrown() != null) {
            record.setMessage("SRMSG16215: The broker cannot be reached ("
                    + record.getThrown().getMessage() + "), trying again");
            record.setThrown(null);
        } else if (message.startsWith(DATABASE_AWAITED)) {
            record.setMessage(message.replaceAll("\\s*\\n\\s*", " "));
        } else if (message.startsWith(NOT_STARTED)) {
            causes(record.getThrown())
                    .filter(OneLineLogFilter::isNoConnection)
                    .findFirst()
                    .ifPresent(cause -> {
                        record.setMessage("The database does not answer, so this service ends: " + cause.getMessage());
                        record.setThrown(null);
                    });
        }
        return true;
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause);
    }

    private static boolean isNoConnection(Throwable cause) {
        return cause instanceof SQLException sql
                && sql.getSQLState() != null
                && sql.getSQLState().startsWith(NO_CONNECTION);
    }
}

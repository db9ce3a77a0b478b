package dev.millrace.messaging;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Leaves out SmallRye's own records of a consumer's failure, one always with a stack trace, one without the reason:
 * {@link ChannelDecorator} logs the same failure together with what becomes of the message, and a stack trace only where
 * that tells something.
 */
@LoggingFilter(name = "consumer-failures")
public final class ConsumerFailureFilter implements Filter {

    private static final String METHOD_HAS_THROWN = "SRMSG00200";
    private static final String MODIFIED_DELIVERY_FAILED = "SRMSG16226";

    @Override
    public boolean isLoggable(LogRecord record) {
        String message = record.getMessage();
        return message == null
                || !message.startsWith(METHOD_HAS_THROWN) && !message.startsWith(MODIFIED_DELIVERY_FAILED);
    }
}

package dev.millrace.relay.capture;

import java.sql.SQLException;

/** The capture has ended with an error. The message names the causes from the outermost to the innermost. */
public final class CaptureFailedException extends Exception {
    private static final int MOST_CAUSES = 6;
    /** Debezium's wrapper around what the streaming thread met. */
    private static final String WRAPPER = "An exception occurred in the change event producer";

    CaptureFailedException(Throwable cause) {
        super(describe(cause), cause);
    }

    private static String describe(Throwable error) {
        var text = new StringBuilder();
        String last = "";
        int depth = 0;
        for (Throwable cause = error; cause != null && depth < MOST_CAUSES; cause = cause.getCause(), depth++) {
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            // Wrappers often repeat the message of what they wrap.
            if (!last.contains(message) && !message.startsWith(WRAPPER)) {
                text.append(text.isEmpty() ? "" : ": ").append(message.strip());
                last = message;
            }
        }
        return text.isEmpty() ? error.toString() : text.toString();
    }

    /** Another relay has taken the slot in the moment between our look and our start. */
    public boolean slotTaken() {
        return getMessage().contains("is active for PID");
    }

    /** The database is the reason, as far as can be told. */
    public boolean databaseLost() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException || cause instanceof java.io.IOException) {
                return true;
            }
        }
        return false;
    }
}

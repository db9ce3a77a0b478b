package dev.millrace.broker.log;

/**
 * The log on disk is not what was written there: a record that had been synced is damaged, or a file is missing or
 * foreign. Never thrown for what a crash leaves behind. The message is one sentence for the operator.
 */
public final class LogCorruptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LogCorruptException(String message) {
        super(message);
    }
}

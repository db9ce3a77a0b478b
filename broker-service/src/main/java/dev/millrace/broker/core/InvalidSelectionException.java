package dev.millrace.broker.core;

/** A selector or a subject pattern makes no sense; the message is a sentence for whoever wrote it. */
public final class InvalidSelectionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidSelectionException(String message) {
        super(message);
    }
}

package dev.millrace.broker.log;

/** A snapshot is not whole or damaged, and must not be used. The message is one sentence for the operator. */
public final class SnapshotInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SnapshotInvalidException(String message) {
        super(message);
    }
}

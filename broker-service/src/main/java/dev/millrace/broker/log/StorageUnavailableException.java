package dev.millrace.broker.log;

/** The data directory cannot be used. The message is one sentence for the operator. */
public final class StorageUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StorageUnavailableException(String message) {
        super(message);
    }
}

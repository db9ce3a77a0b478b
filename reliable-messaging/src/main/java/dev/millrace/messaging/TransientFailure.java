package dev.millrace.messaging;

/** A failure that may be gone at the next attempt: the message is retried with backoff. */
public class TransientFailure extends RuntimeException {

    public TransientFailure(String message) {
        super(message);
    }

    public TransientFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

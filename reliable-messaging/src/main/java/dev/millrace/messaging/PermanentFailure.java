package dev.millrace.messaging;

/** A failure that no retry can heal, such as a message that cannot be read: it goes straight to the dead letters. */
public class PermanentFailure extends RuntimeException {

    public PermanentFailure(String message) {
        super(message);
    }

    public PermanentFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

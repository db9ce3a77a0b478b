package dev.millrace.relay;

/** An outbox row of which no message can be made. */
final class MalformedRowException extends RuntimeException {
    MalformedRowException(String message) {
        super(message);
    }
}

package dev.millrace.relay.capture;

/** A batch was accepted by the broker, but its position could not be stored: it will be sent again. */
public final class PositionNotStoredException extends RuntimeException {
    PositionNotStoredException(Position position, Throwable cause) {
        super("position " + Position.format(position.lsn()) + " could not be stored: " + cause.getMessage(), cause);
    }
}

package dev.millrace.broker.core;

/** The address makes no sense; the message says why. */
final class InvalidAddressException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidAddressException(String message) {
        super(message);
    }
}

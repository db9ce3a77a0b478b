package dev.millrace.broker.amqp;

/**
 * Bytes that are not what AMQP 1.0 says they should be. Has no stack trace: a peer can cause as many of these as it
 * likes, and the place in our code says nothing about the place in its data.
 */
final class MalformedDataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedDataException(String message) {
        super(message, null, false, false);
    }
}

package dev.millrace.broker.core;

/** A text is no schema, or none that is taken. */
public class InvalidSchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidSchemaException(String message) {
        super(message);
    }
}

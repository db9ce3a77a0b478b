package dev.millrace.broker.selector;

/** A text is no selector; the message says what was expected and where. */
public final class SelectorSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SelectorSyntaxException(String message) {
        super(message, null, false, false);
    }
}

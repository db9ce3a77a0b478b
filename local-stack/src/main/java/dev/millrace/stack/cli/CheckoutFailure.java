package dev.millrace.stack.cli;

/** A checkout that did not go through; the message is one sentence for the person at the terminal. */
final class CheckoutFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CheckoutFailure(String sentence) {
        super(sentence);
    }
}

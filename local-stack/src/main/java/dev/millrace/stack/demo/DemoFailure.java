package dev.millrace.stack.demo;

/** A demonstration that cannot go on; the message is one sentence for the person at the terminal. */
public final class DemoFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailure(String sentence) {
        super(sentence);
    }
}

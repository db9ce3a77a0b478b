package dev.millrace.stack.process;

/**
 * Something that was asked to start did not. The message is one whole sentence for the person at the terminal: what
 * failed, and what to do about it.
 */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param sentence what failed and what to do, as one sentence */
    public StartFailure(String sentence) {
        super(sentence);
    }

    /**
     * @param sentence what failed and what to do, as one sentence
     * @param cause what was thrown
     */
    public StartFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}

package dev.millrace.benchmarks;

/** Nothing could be measured. The message is one whole sentence: what is wrong, and what to do about it. */
public final class MeasurementFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param sentence what is wrong, and what to do about it */
    public MeasurementFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    public MeasurementFailure(String message) {
        super(message);
    }
}

package dev.millrace.benchmarks.outbox;

/** Events were not sent, or not accepted; some may have been. */
final class SendFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SendFailure(String message) {
        super(message);
    }
}

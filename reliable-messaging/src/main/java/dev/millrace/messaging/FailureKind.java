package dev.millrace.messaging;

/**
 * What a consumer's failure means for its message.
 *
 * <table>
 * <caption>Outcome by kind</caption>
 * <tr><th>kind</th><th>when</th><th>AMQP outcome</th></tr>
 * <tr><td>PERMANENT</td><td>the failure is a {@link PermanentFailure} or has one among its causes</td>
 * <td>{@code rejected} with the error</td></tr>
 * <tr><td>TRANSIENT</td><td>anything else: what is not known to be hopeless is worth a retry, and the broker ends
 * the retries</td><td>{@code modified(delivery-failed)} with the error in its annotations</td></tr>
 * </table>
 *
 * The error is the class and the message of the failure and its causes, without stack traces and secrets.
 */
public enum FailureKind {
    TRANSIENT,
    PERMANENT;

    private static final int MAX_CAUSES = 32;

    /** The kind of a failure; looks at no more than {@value #MAX_CAUSES} causes, so a cycle among them is harmless. */
    public static FailureKind of(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
            if (current instanceof PermanentFailure) {
                return PERMANENT;
            }
            current = current.getCause();
        }
        return TRANSIENT;
    }
}

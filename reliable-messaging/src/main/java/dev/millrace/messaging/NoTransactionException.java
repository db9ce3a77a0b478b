package dev.millrace.messaging;

/** An event was to be published outside a transaction, where it could get lost or be published for nothing. */
public class NoTransactionException extends IllegalStateException {

    NoTransactionException(String eventType) {
        super("publish " + eventType + " inside the transaction that causes it: there is none here");
    }
}

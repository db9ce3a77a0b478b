package dev.millrace.broker.http;

/** The broker did not answer in time: it is stopping, or its disk is very slow. */
class BrokerBusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** When to ask again. */
    static final int RETRY_AFTER_SECONDS = 5;

    BrokerBusyException(String message) {
        super(message);
    }
}

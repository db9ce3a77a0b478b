package dev.millrace.broker.core;

/** The broker does not do what it was asked. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient BrokerError error;

    public RefusedException(BrokerError error) {
        super(error.description());
        this.error = error;
    }

    public BrokerError error() {
        return error;
    }
}

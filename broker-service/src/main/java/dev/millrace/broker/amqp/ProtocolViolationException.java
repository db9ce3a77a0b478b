package dev.millrace.broker.amqp;

import org.apache.qpid.proton.amqp.Symbol;

/** The peer broke the protocol in a way that ends its connection; {@code condition} is what it is told. */
final class ProtocolViolationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Symbol condition;

    ProtocolViolationException(Symbol condition, String message) {
        super(message, null, false, false);
        this.condition = condition;
    }

    Symbol condition() {
        return condition;
    }
}

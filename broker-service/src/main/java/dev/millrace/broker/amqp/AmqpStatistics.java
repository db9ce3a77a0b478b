package dev.millrace.broker.amqp;

import java.util.concurrent.atomic.LongAdder;

/** What the AMQP front counts since its start. Thread-safe; every reading is a moment's. */
public final class AmqpStatistics {

    final LongAdder connectionsOpened = new LongAdder();
    final LongAdder connectionsClosed = new LongAdder();
    final LongAdder connectionsRefused = new LongAdder();
    final LongAdder protocolViolations = new LongAdder();
    final LongAdder authenticationFailures = new LongAdder();
    final LongAdder publishersAttached = new LongAdder();
    final LongAdder publishersDetached = new LongAdder();
    final LongAdder consumersAttached = new LongAdder();
    final LongAdder consumersDetached = new LongAdder();
    final LongAdder linksRefused = new LongAdder();
    final LongAdder messagesIn = new LongAdder();
    final LongAdder messagesRejected = new LongAdder();
    final LongAdder messagesOut = new LongAdder();
    final LongAdder framesIn = new LongAdder();
    final LongAdder framesOut = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();

    /** Connections that are open now, from the socket's accept to its close. */
    public long connections() {
        return connectionsOpened.sum() - connectionsClosed.sum();
    }

    /** Connections accepted since the start. */
    public long connectionsOpened() {
        return connectionsOpened.sum();
    }

    /** Sockets closed at once because the bound on connections was reached. */
    public long connectionsRefused() {
        return connectionsRefused.sum();
    }

    /** Connections ended because the peer broke the protocol. */
    public long protocolViolations() {
        return protocolViolations.sum();
    }

    /** SASL exchanges that ended without success. */
    public long authenticationFailures() {
        return authenticationFailures.sum();
    }

    /** Publishers' links that are open now. */
    public long publishers() {
        return publishersAttached.sum() - publishersDetached.sum();
    }

    /** Consumers' links that are open now. */
    public long consumers() {
        return consumersAttached.sum() - consumersDetached.sum();
    }

    /** Links that were refused. */
    public long linksRefused() {
        return linksRefused.sum();
    }

    /** Messages taken from publishers and handed to the core. */
    public long messagesIn() {
        return messagesIn.sum();
    }

    /** Messages that the front itself rejected: malformed, too large, without an address. */
    public long messagesRejected() {
        return messagesRejected.sum();
    }

    /** Messages sent to consumers. */
    public long messagesOut() {
        return messagesOut.sum();
    }

    public long framesIn() {
        return framesIn.sum();
    }

    public long framesOut() {
        return framesOut.sum();
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    public long bytesOut() {
        return bytesOut.sum();
    }
}

package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;

/** What was asked for in one transaction so far; nothing of it has happened. */
final class Transaction extends Timed {

    /** Messages and settlements together. */
    static final int MAX_OPERATIONS = 10_000;

    static final long MAX_BYTES = 16 << 20;

    /** A message that is to be stored. */
    record Send(Stream stream, Message message) {}

    /** A delivery that is to be settled. It is with nobody meanwhile. */
    record Settlement(InFlight delivery, Outcome outcome) {}

    final long id;
    final TransactionLink owner;
    final List<Send> sends = new ArrayList<>();
    final List<Settlement> settlements = new ArrayList<>();
    long bytes;
    /** Why it can only be rolled back; null while it can be committed. */
    BrokerError failure;

    Transaction(long id, TransactionLink owner) {
        this.id = id;
        this.owner = owner;
    }

    int operations() {
        return sends.size() + settlements.size();
    }

    boolean isEmpty() {
        return sends.isEmpty() && settlements.isEmpty();
    }

    void fail(BrokerError error) {
        if (failure == null) {
            failure = error;
        }
    }
}

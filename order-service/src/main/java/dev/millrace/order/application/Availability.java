package dev.millrace.order.application;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** What inventory-service says of its stock when it is asked: true at the moment of the answer and not later. */
public interface Availability {

    /** What it says. */
    enum Answer {
        /** There is enough for all lines. */
        AVAILABLE,
        /** There is not. */
        SHORT
    }

    /**
     * Asks whether there is enough for all of these lines. Does not wait. Thread-safe.
     *
     * @return fails with MicroProfile Fault Tolerance's {@code TimeoutException} if there is no answer in time, at once
     *     with its {@code CircuitBreakerOpenException} while there have been none for a while, and otherwise if the
     *     question cannot be sent
     */
    CompletionStage<Answer> of(List<PlaceOrderCommand.Line> lines);
}

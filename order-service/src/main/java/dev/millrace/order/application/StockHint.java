package dev.millrace.order.application;

import dev.millrace.order.application.Availability.Answer;

/** What is known so far of the stock for one order: nothing, until there is an answer, if ever. Thread-safe. */
public final class StockHint {

    private volatile Answer answer;

    void is(Answer given) {
        answer = given;
    }

    /** {@code available}, {@code short} or {@code unknown}, as of now. */
    @Override
    public String toString() {
        return switch (answer) {
            case AVAILABLE -> "available";
            case SHORT -> "short";
            case null -> "unknown";
        };
    }
}

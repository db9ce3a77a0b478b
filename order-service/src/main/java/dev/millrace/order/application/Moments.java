package dev.millrace.order.application;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Moments as the database keeps them, so that an answer shows the same time before and after it was stored. */
final class Moments {

    private Moments() {}

    /** Now, in microseconds. */
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}

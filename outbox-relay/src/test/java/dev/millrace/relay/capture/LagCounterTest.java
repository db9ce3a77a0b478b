package dev.millrace.relay.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LagCounterTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void countsWhatWasCreatedAfterItsBase() {
        var lag = new LagCounter(new LagCounter.Base(START, 2));
        lag.published(at(1));
        lag.published(at(-1));
        assertEquals(new LagCounter.Base(START, 3), lag.base());
    }

    @Test
    void beginsAnewAtEachMark() {
        var lag = new LagCounter(new LagCounter.Base(START, 0));
        lag.published(at(1));
        lag.published(at(6));
        lag.markReturned(at(5));
        assertEquals(new LagCounter.Base(at(5), 1), lag.base(), "the row created after the mark counts already");
        lag.published(at(7));
        assertEquals(new LagCounter.Base(at(5), 2), lag.base());
    }

    @Test
    void ignoresAMarkThatComesAgain() {
        var lag = new LagCounter(new LagCounter.Base(at(5), 1));
        lag.markReturned(at(4));
        lag.markReturned(at(5));
        assertEquals(new LagCounter.Base(at(5), 1), lag.base());
    }
}

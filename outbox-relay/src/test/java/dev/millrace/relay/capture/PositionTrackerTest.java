package dev.millrace.relay.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PositionTrackerTest {
    private static UUID id(int n) {
        return new UUID(0, n);
    }

    @Test
    void remembersTheRowsOfTheTransactionUnderWay() {
        var tracker = new PositionTracker(new Position(100, List.of()));
        tracker.transactionsEndedAt(100L);
        tracker.sent(id(1));
        tracker.sent(id(2));
        assertEquals(new Position(100, List.of(id(1), id(2))), tracker.position());
    }

    @Test
    void forgetsThemWhenTheTransactionHasEnded() {
        var tracker = new PositionTracker(new Position(100, List.of()));
        tracker.sent(id(1));
        tracker.transactionsEndedAt(150L);
        tracker.sent(id(2));
        assertEquals(new Position(150, List.of(id(2))), tracker.position());
    }

    @Test
    void knowsTheRowsThatWereSentBeforeARestart() {
        var tracker = new PositionTracker(new Position(100, List.of(id(1))));
        assertTrue(tracker.sentBefore(id(1)));
        assertFalse(tracker.sentBefore(id(2)));
        tracker.transactionsEndedAt(150L);
        assertFalse(tracker.sentBefore(id(1)), "another transaction cannot hold it");
    }

    @Test
    void resendingTheBeginningOfALargeTransactionDoesNotForgetItsEnd() {
        var before = new PositionTracker(new Position(100, List.of()));
        int rows = PositionTracker.MAX_REMEMBERED * 2;
        for (int i = 0; i < rows; i++) {
            before.sent(id(i));
        }
        var after = new PositionTracker(before.position());
        int suppressed = 0;
        for (int i = 0; i < rows; i++) {
            suppressed += after.sentBefore(id(i)) ? 1 : 0;
            after.sent(id(i));
        }
        assertEquals(PositionTracker.MAX_REMEMBERED, suppressed);
        assertEquals(before.position(), after.position());
    }

    @Test
    void neverGoesBackAndIgnoresAnUnknownPosition() {
        var tracker = new PositionTracker(new Position(100, List.of(id(1))));
        tracker.transactionsEndedAt(null);
        tracker.transactionsEndedAt(90L);
        assertEquals(100, tracker.position().lsn());
        assertTrue(tracker.sentBefore(id(1)));
    }

    @Test
    void writesPositionsAsPostgresDoes() {
        assertEquals("0/16B3748", Position.format(0x16B3748L));
        assertEquals("1A/FF00", Position.format(0x1A_0000_FF00L));
    }
}

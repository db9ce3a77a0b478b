package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Offsets in the order of their times, and word of them ahead. */
class DueOffsetsTest {

    private static final long AHEAD = DueOffsets.AHEAD_MILLIS;

    private final DueOffsets due = new DueOffsets();
    private final LongArrayList told = new LongArrayList();

    @Test
    void theyComeInTheOrderOfTheirTimesWhetherToldOfOrNot() {
        SplittableRandom random = new SplittableRandom(1);
        for (int offset = 0; offset < 1_000; offset++) {
            due.schedule(random.nextLong(4 * AHEAD), offset, 0);
            due.add(random.nextLong(4 * AHEAD), 1_000 + offset);
        }
        due.approach(AHEAD / 2, told::add);
        long last = 0;
        for (int i = 0; i < 2_000; i++) {
            assertTrue(due.earliest() >= last, "number " + i);
            last = due.earliest();
            due.poll();
        }
        assertEquals(0, due.size());
    }

    @Test
    void whatHasLongToWaitIsToldOfOnceAndAhead() {
        due.schedule(100, 1, 0);
        due.schedule(AHEAD + 1_000, 2, 0);
        due.schedule(3 * AHEAD, 3, 0);
        assertEquals(1_000, due.nextApproach());
        due.approach(999, told::add);
        assertEquals(List.of(), told);
        due.approach(1_000, told::add);
        due.approach(1_001, told::add);
        assertEquals(List.of(2L), told);
        assertEquals(2 * AHEAD, due.nextApproach());
        assertEquals(3, due.size());
    }

    @Test
    void theyAreToldOfInPieces() {
        for (int offset = 0; offset < 2 * DueOffsets.MAX_STEP + 1; offset++) {
            due.schedule(2 * AHEAD, offset, 0);
        }
        for (int i = 1; i <= 3; i++) {
            due.approach(AHEAD, told::add);
            assertEquals(Math.min(i * DueOffsets.MAX_STEP, 2 * DueOffsets.MAX_STEP + 1), told.size());
        }
        assertEquals(Deadlines.NEVER, due.nextApproach());
    }
}

package dev.millrace.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void sendsAreSpreadEvenlyFromTheStart() {
        var schedule = new Schedule(20, Duration.ofSeconds(30));
        assertEquals(600, schedule.count());
        assertEquals(0, schedule.nanos(0));
        assertEquals(50_000_000, schedule.nanos(1));
        assertEquals(29_950_000_000L, schedule.nanos(599));
    }

    @Test
    void roundingDoesNotAddUp() {
        var schedule = new Schedule(3, Duration.ofHours(1));
        assertEquals(10_800, schedule.count());
        assertEquals(3_000_000_000_000L, schedule.nanos(9_000));
    }

    @Test
    void aRateThatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Schedule(0, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Schedule(Double.NaN, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Schedule(1, Duration.ofSeconds(-1)));
    }

    @Test
    void whatIsDueAgreesWithTheTimesOfTheSends() {
        var schedule = new Schedule(3, Duration.ofHours(1));
        assertEquals(0, schedule.due(-1));
        assertEquals(1, schedule.due(0));
        for (int i = 1; i < 1_000; i++) {
            assertEquals(i, schedule.due(schedule.nanos(i) - 1), "just before send " + i);
            assertEquals(i + 1, schedule.due(schedule.nanos(i)), "at send " + i);
        }
        assertEquals(schedule.count(), schedule.due(Long.MAX_VALUE / 4), "no more than all");
    }
}

package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class EventIdsTest {

    /** The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z, rand_a and rand_b as there. */
    @Test
    void theLayoutIsThatOfVersion7() {
        var id = EventIds.of(Instant.ofEpochMilli(0x017F22E279B0L), 0x18C4DC0C0C07398FL << 2);

        assertEquals("017f22e2-79b0-7000-98c4-dc0c0c07398f", id.toString());
        assertEquals(7, id.version());
        assertEquals(2, id.variant());
    }

    @Test
    void laterIdsSortBehindEarlierOnes() {
        var time = Instant.parse("2026-11-20T10:15:30.123Z");
        for (int micros = 0; micros < 3_000; micros++) {
            var earlier = EventIds.of(time.plus(Duration.ofNanos(micros * 1_000L)), -1L);
            var later = EventIds.of(time.plus(Duration.ofNanos(micros * 1_000L + 1_000)), 0L);
            assertTrue(earlier.toString().compareTo(later.toString()) < 0, earlier + " before " + later);
        }
    }

    @Test
    void idsDiffer() {
        var ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertTrue(ids.add(EventIds.next()));
        }
    }
}

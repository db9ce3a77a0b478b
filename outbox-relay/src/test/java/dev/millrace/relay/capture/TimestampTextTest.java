package dev.millrace.relay.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTextTest {

    @Test
    void readsWhatDebeziumWrites() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long second = random.nextLong(Instant.parse("0000-01-01T00:00:00Z").getEpochSecond(), 253_402_300_800L);
            int unit = new int[] {1, 1_000, 1_000_000, 1_000_000_000}[random.nextInt(4)];
            var time = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000) / unit * unit);
            // As io.debezium.time.ZonedTimestamp does: as many digits as are needed.
            String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
            assertEquals(time, TimestampText.parse(text), () -> text + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-28T23:59:59Z",
                "2024-02-29T00:00:00.000000001Z",
                "2026-02-28T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "+12026-02-28T23:59:59.5Z",
                "-0044-03-15T12:00:00Z",
                "2026-02-28T23:59:59.Z",
                "2026-02-28T23:59:59+02:00"
            })
    void readsWhatInstantReads(String text) {
        assertEquals(Instant.parse(text), TimestampText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-02-28T25:00:00Z",
                "2026-02-28T23:59:59.1234567890Z",
                "2026-02-28T23:59:59,5Z",
                "2026-02-28 23:59:59Z",
                "2026-02-28T23:59:59",
                "infinity"
            })
    void refusesWhatIsNoTime(String text) {
        assertThrows(DateTimeException.class, () -> TimestampText.parse(text));
    }
}

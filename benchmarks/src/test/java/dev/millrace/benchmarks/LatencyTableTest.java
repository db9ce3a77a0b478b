package dev.millrace.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTableTest {
    private static final long MILLI = 1_000_000;

    @Test
    void percentilesAreExactToThreeDigits() {
        var table = new LatencyTable();
        LongStream.rangeClosed(1, 1_000).forEach(i -> table.record("POST", i * MILLI));
        assertEquals(500, table.millis("POST", 50), 0.5);
        assertEquals(990, table.millis("POST", 99), 1);
        assertEquals(1_000, table.millis("POST", 100), 1);
    }

    @Test
    void rowsAreAlignedInTheOrderOfTheirFirstUse() {
        var table = new LatencyTable();
        table.row("the second thing, with a long name");
        table.row("first");
        table.record("first", 12_340_000);
        List<String> lines = table.print().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(1).startsWith("the second thing"), lines.get(1));
        assertTrue(lines.get(1).matches(".* 0 +- +- +- +-"), lines.get(1));
        assertTrue(lines.get(2).matches("first +1 +12\\.3 +12\\.3 +12\\.3 +12\\.3"), lines.get(2));
        assertEquals(1, lines.stream().map(String::length).distinct().count(), () -> "widths of " + lines);
    }
}

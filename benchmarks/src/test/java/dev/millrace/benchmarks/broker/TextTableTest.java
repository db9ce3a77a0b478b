package dev.millrace.benchmarks.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        var table = new TextTable("messages/s", "rate", "x");
        table.row("a", "123,456", "");
        table.row("a long name", "7", "1.00 x");
        assertEquals(
                List.of("messages/s      rate       x", "a            123,456        ", "a long name        7  1.00 x"),
                table.print().lines().toList());
    }

    @Test
    void aRowWithTheWrongNumberOfCellsIsRefused() {
        var table = new TextTable("a", "b");
        assertThrows(IllegalArgumentException.class, () -> table.row("1"));
    }

    @Test
    void whatIsNotKnownIsADash() {
        assertEquals("-", TextTable.number(Double.NaN, 1));
        assertEquals("-", TextTable.ratio(1, 0));
        assertEquals("-", TextTable.ratio(Double.NaN, 2));
        assertEquals("12,345.7", TextTable.number(12_345.67, 1));
        assertEquals("2.50 x", TextTable.ratio(5, 2));
    }
}

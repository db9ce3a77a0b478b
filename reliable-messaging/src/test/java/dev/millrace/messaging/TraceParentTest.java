package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

    private static final String HEADER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aHeaderIsReadAndWritten() {
        assertEquals(HEADER, TraceParent.parse(HEADER).orElseThrow().toString());
    }

    @Test
    void aChildIsANewStepInTheSameTrace() {
        var child = TraceParent.parse(HEADER).orElseThrow().child();

        assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", child.traceId());
        assertNotEquals("00f067aa0ba902b7", child.parentId());
        assertTrue(TraceParent.parse(child.toString()).isPresent());
    }

    @Test
    void aRootIsAValidTrace() {
        assertTrue(TraceParent.parse(TraceParent.root().toString()).isPresent());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void aGarbledHeaderIsNone(String header) {
        assertTrue(TraceParent.parse(header).isEmpty());
    }
}

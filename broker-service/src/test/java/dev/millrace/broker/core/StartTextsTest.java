package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTextsTest {

    @Test
    void wordsOffsetsAndTimesArePlacesToStart() {
        assertEquals(StartAt.EARLIEST, StartTexts.parse("earliest"));
        assertEquals(StartAt.EARLIEST, StartTexts.parse("first"));
        assertEquals(StartAt.LATEST, StartTexts.parse("next"));
        assertEquals(StartAt.NEWEST, StartTexts.parse("last"));
        assertEquals(new StartAt.Offset(17), StartTexts.parse("17"));
        assertEquals(new StartAt.Instant(1_000), StartTexts.parse("@1000"));
        assertEquals(new StartAt.Instant(1_000), StartTexts.parse("1970-01-01T00:00:01Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "@", "@-5", "yesterday", "2026-13-01T00:00:00Z", "+1000000000-12-31T23:59:59Z"})
    void anythingElseIsRefusedWithWhatWasExpected(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> StartTexts.parse(text))
                .getMessage();
        assertTrue(message.contains("expected earliest"), message);
    }
}

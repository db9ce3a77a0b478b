package dev.millrace.broker.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {

    private static final Map<String, Object> VALUES = new HashMap<>(Map.of(
            "color",
            "red",
            "size",
            10L,
            "weight",
            2.5,
            "urgent",
            true,
            "name",
            "it's 50%",
            "amqp.annotation.x-opt-offset",
            11L,
            "a.b",
            "dotted"));

    private static boolean matches(String selector) {
        Selector parsed = Selector.parse(selector);
        return parsed.matches(index -> VALUES.get(parsed.names().get(index)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "color = 'red'",
                "color <> 'blue'",
                "size > 9 AND size <= 10",
                "size = 10.0",
                "size + 2 * 3 = 16",
                "(size + 2) * 3 = 36",
                "-size = -10",
                "size / 4 = 2",
                "weight * 2 = 5",
                "size BETWEEN 10 AND 12",
                "size NOT BETWEEN 11 AND 12",
                "color IN ('blue', 'red')",
                "color NOT IN ('blue')",
                "color LIKE 'r%'",
                "color LIKE '_e_'",
                "color NOT LIKE 'b%'",
                "name LIKE '%50!%' ESCAPE '!'",
                "name = 'it''s 50%'",
                "missing IS NULL",
                "color IS NOT NULL",
                "urgent",
                "urgent = TRUE",
                "NOT (color = 'blue' OR size < 3)",
                "missing = 1 OR color = 'red'",
                "amqp.annotation.x-opt-offset > 10",
                "a.b = 'dotted'",
                "size = 0xA",
                "size = 10L",
                "size < 1e3",
                "color='red'and size>1",
                "COLOR IS NULL"
            })
    void conditionsThatHold(String selector) {
        assertTrue(matches(selector), selector);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "color = 'blue'",
                "missing = 1",
                "missing <> 1",
                "NOT (missing = 1)",
                "missing LIKE '%'",
                "missing NOT LIKE '%'",
                "missing BETWEEN 1 AND 2",
                "missing NOT IN ('a')",
                "missing = 1 AND color = 'red'",
                "color > 1",
                "color = 1",
                "size = '10'",
                "size / 0 = 1",
                "missing",
                "color"
            })
    void conditionsThatDoNotHoldOrAreUnknown(String selector) {
        assertEquals(false, matches(selector), selector);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "color = | At 7 of the selector: expected '(', found the end.",
                "color = 'red | The string that begins at 8 has no end.",
                "color LIKE 5 | At 11 of the selector: expected a string in single quotes, found '5'.",
                "color 'red' | At 6 of the selector: expected an operator or the end, found 'red'.",
                "size ? 3 | '?' at 5 means nothing in a selector.",
                "AND | At 0 of the selector: expected a name or a value, found 'AND'.",
                "5 | A selector is a condition, this one is only a value.",
                "1x = 1 | '1x' is no number, or too large a one."
            })
    void whatIsWrongIsSaid(String selector, String expected) {
        String message = assertThrows(SelectorSyntaxException.class, () -> Selector.parse(selector))
                .getMessage();
        assertEquals(expected, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "NOT ", "- "})
    void deepNestingIsRefused(String opening) {
        assertThrows(SelectorSyntaxException.class, () -> Selector.parse(opening.repeat(60) + "a"));
    }

    @Test
    void selectorsAreBoundedInLengthAndOperators() {
        assertThrows(SelectorSyntaxException.class, () -> Selector.parse("a = '" + "x".repeat(5_000) + "'"));
        assertThrows(SelectorSyntaxException.class, () -> Selector.parse("a or ".repeat(600) + "a"));
    }

    @Test
    void patternsWithManyWildcardsAreMatchedInLittleTime() {
        Selector selector = Selector.parse("a LIKE '" + "%a".repeat(1_000) + "%b'");
        String text = "a".repeat(8_000);
        assertTimeout(Duration.ofSeconds(5), () -> assertEquals(false, selector.matches(index -> text)));
    }

    @ParameterizedTest
    @CsvSource({
        "order.*, order.placed, true",
        "order.*, order, false",
        "order.*, order.placed.late, false",
        "order.#, order, true",
        "order.#, order.placed.late, true",
        "#.late, order.placed.late, true",
        "#.placed.#, order.placed, true",
        "#, anything.at.all, true",
        "*.placed, order.placed, true",
        "order.placed, order.placed, true",
        "order.placed, order.refused, false"
    })
    void subjectPatterns(String pattern, String subject, boolean expected) {
        assertEquals(expected, SubjectPattern.parse(pattern).matches(subject));
    }

    @Test
    void aMessageWithoutSubjectFitsOnlyTheLoneHash() {
        assertTrue(SubjectPattern.parse("#").matches(null));
        assertEquals(false, SubjectPattern.parse("order.#").matches(null));
        assertThrows(SelectorSyntaxException.class, () -> SubjectPattern.parse("order.pla*"));
    }
}

package dev.millrace.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the code to the table in {@link RelayState}'s Javadoc. */
class RelayStateTest {
    private static final Path SOURCE = Path.of("src/main/java/dev/millrace/relay/RelayState.java");
    private static final Pattern ROW = Pattern.compile("<tr><td>(\\w+)</td><td>([^<]*)</td></tr>");

    @Test
    void transitionsAreThoseOfTheTable() throws Exception {
        Map<RelayState, Set<RelayState>> table = new EnumMap<>(RelayState.class);
        Matcher row = ROW.matcher(Files.readString(SOURCE));
        while (row.find()) {
            table.put(RelayState.valueOf(row.group(1)), states(row.group(2)));
        }
        assertEquals(EnumSet.allOf(RelayState.class), table.keySet());
        table.forEach((state, next) -> {
            if (state != RelayState.STOPPED) {
                next.addAll(EnumSet.of(RelayState.PAUSED, RelayState.RETRYING, RelayState.STOPPED));
                next.remove(state);
            }
            assertEquals(next, state.successors(), "after " + state);
        });
    }

    private static Set<RelayState> states(String cell) {
        Set<RelayState> states = EnumSet.noneOf(RelayState.class);
        if (cell.equals("all but PAUSED")) {
            states.addAll(EnumSet.complementOf(EnumSet.of(RelayState.PAUSED)));
        } else if (!cell.isBlank()) {
            Arrays.stream(cell.split(", ")).map(RelayState::valueOf).forEach(states::add);
        }
        return states;
    }

    @Test
    void aForbiddenTransitionIsRefused() {
        var status = new SourceStatus("test");
        assertThrows(
                IllegalStateException.class, () -> status.transition(RelayState.WAITING_FOR_CREDIT, "not connected"));
        status.transition(RelayState.STOPPED, "end");
        assertThrows(IllegalStateException.class, () -> status.transition(RelayState.RUNNING, "after the end"));
    }

    @Test
    void countsEachEntryAndNotEachReason() {
        var status = new SourceStatus("test");
        status.transition(RelayState.RUNNING, "one");
        status.transition(RelayState.RUNNING, "two");
        assertEquals(1, status.entered(RelayState.RUNNING));
        assertEquals("two", status.reason());
    }

    @Test
    void aPauseLiesOverTheOtherStates() throws Exception {
        var status = new SourceStatus("test");
        status.transition(RelayState.RUNNING, "streaming");
        status.pause("by request");
        status.transition(RelayState.WAITING_FOR_BROKER, "lost meanwhile");
        assertEquals(RelayState.PAUSED, status.state());
        assertEquals(RelayState.WAITING_FOR_BROKER, status.stateBeneathPause());
        status.resume("by request");
        assertEquals(RelayState.WAITING_FOR_BROKER, status.state());
        status.awaitNotPaused();
    }

    @Test
    void aWaitForThePauseToEndEndsWithTheStop() throws Exception {
        var status = new SourceStatus("test");
        status.pause("by request");
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                status.awaitNotPaused();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        status.transition(RelayState.STOPPED, "end");
        waiting.join(5_000);
        assertFalse(waiting.isAlive());
    }

    @Test
    void keepsTheFirstTimeOfAnErrorThatLasts() {
        var status = new SourceStatus("test");
        assertNull(status.lastError());
        status.fail(RelayState.WAITING_FOR_BROKER, "connection refused");
        String first = status.lastError();
        assertNotNull(first);
        status.fail(RelayState.WAITING_FOR_BROKER, "connection refused");
        assertEquals(first, status.lastError());
        status.transition(RelayState.RUNNING, "connected");
        assertTrue(status.lastError().endsWith("connection refused"), "kept for those who look later");
    }
}

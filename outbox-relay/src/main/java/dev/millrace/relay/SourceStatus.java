package dev.millrace.relay;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * The state of one source and why: the only place where it changes. Thread-safe.
 *
 * <p>PAUSED lies over the others: while it lasts, the working thread's transitions are noted beneath it and show again
 * after {@link #resume}.
 */
public final class SourceStatus {
    private static final Logger LOG = Logger.getLogger(SourceStatus.class);

    private final String source;
    private final Map<RelayState, Long> entered = new EnumMap<>(RelayState.class);
    private RelayState state = RelayState.STARTING;
    private RelayState beneath = RelayState.STARTING;
    private String reason = "starting";
    private Instant since = Instant.now();
    private String lastError;
    private String lastErrorText;

    public SourceStatus(String source) {
        this.source = source;
        entered.put(state, 1L);
    }

    /**
     * Goes to the next state, or stays in it with a new reason; logs each change of state once.
     *
     * @throws IllegalStateException if the table in {@link RelayState} does not allow it
     */
    public synchronized void transition(RelayState next, String why) {
        if (state == RelayState.PAUSED && next != RelayState.PAUSED && next != RelayState.STOPPED) {
            beneath = next;
            return;
        }
        if (state == next) {
            reason = why;
            return;
        }
        enter(next, why);
    }

    /** Like {@link #transition}, and keeps the reason as the last error. */
    public synchronized void fail(RelayState next, String error) {
        if (stateBeneathPause() != next || !error.equals(lastErrorText)) {
            note(error);
        }
        transition(next, error);
    }

    /** Keeps the last error, and stays in the state. */
    public synchronized void note(String error) {
        lastErrorText = error;
        lastError = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + error;
    }

    /** Pauses; again is allowed and does nothing. */
    public synchronized void pause(String why) {
        if (state != RelayState.PAUSED && state != RelayState.STOPPED) {
            beneath = state;
            enter(RelayState.PAUSED, why);
        }
    }

    /** Goes on where it was paused; without a pause it does nothing. */
    public synchronized void resume(String why) {
        if (state == RelayState.PAUSED) {
            enter(beneath, why);
            notifyAll();
        }
    }

    /** Waits until it is not paused (any more). */
    public synchronized void awaitNotPaused() throws InterruptedException {
        while (state == RelayState.PAUSED) {
            wait();
        }
    }

    private void enter(RelayState next, String why) {
        if (!state.successors().contains(next)) {
            throw new IllegalStateException("%s: %s cannot follow %s (%s)".formatted(source, next, state, why));
        }
        Logger.Level level = next == RelayState.RETRYING ? Logger.Level.WARN : Logger.Level.INFO;
        LOG.logf(level, "%s: %s -> %s: %s", source, state, next, why);
        state = next;
        reason = why;
        since = Instant.now();
        entered.merge(next, 1L, Long::sum);
        if (next == RelayState.STOPPED) {
            notifyAll();
        }
    }

    public synchronized RelayState state() {
        return state;
    }

    /** What the state would be without the pause. */
    public synchronized RelayState stateBeneathPause() {
        return state == RelayState.PAUSED ? beneath : state;
    }

    /** Why it is in this state, for people. */
    public synchronized String reason() {
        return reason;
    }

    /** When it entered this state. */
    public synchronized Instant since() {
        return since;
    }

    /** Time and text of the last thing that went wrong since this process began, or null. */
    public synchronized String lastError() {
        return lastError;
    }

    /** How often a state was entered since this process began. */
    public synchronized long entered(RelayState which) {
        return entered.getOrDefault(which, 0L);
    }
}

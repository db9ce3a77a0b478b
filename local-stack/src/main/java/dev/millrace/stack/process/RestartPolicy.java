package dev.millrace.stack.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides what happens after a death: another start after a pause that doubles with every death, or, after
 * {@code deaths} of them within {@code window}, the end. A run longer than {@code calm} makes the pause short again. Not
 * thread-safe; knows no clock.
 */
public final class RestartPolicy {
    /** What to do after a death. */
    public sealed interface Decision {
        /** Start it again after the pause. */
        record Restart(Duration pause) implements Decision {}

        /** It died this often within this time: give up. */
        record GiveUp(int deaths, Duration window) implements Decision {}
    }

    private final int maxDeaths;
    private final Duration window;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Duration calm;
    private final Deque<Instant> recentDeaths = new ArrayDeque<>();
    private Instant lastDeath;
    private Duration nextPause;

    /** Three deaths within a minute end it; the pause goes from 1 s to 30 s; five quiet minutes reset the pause. */
    public static RestartPolicy standard() {
        return new RestartPolicy(
                3, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    /**
     * @param maxDeaths this many deaths ...
     * @param window ... within this time are too many
     * @param firstPause before the first restart
     * @param longestPause the pause doubles up to this
     * @param calm after a run of this length the pause starts at {@code firstPause} again
     */
    public RestartPolicy(int maxDeaths, Duration window, Duration firstPause, Duration longestPause, Duration calm) {
        this.maxDeaths = maxDeaths;
        this.window = window;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.calm = calm;
        this.nextPause = firstPause;
    }

    /** It died at this time; calls must come in order of time. */
    public Decision died(Instant at) {
        if (lastDeath != null && Duration.between(lastDeath, at).compareTo(calm) > 0) {
            nextPause = firstPause;
        }
        lastDeath = at;
        recentDeaths.addLast(at);
        while (recentDeaths.getFirst().isBefore(at.minus(window))) {
            recentDeaths.removeFirst();
        }
        if (recentDeaths.size() >= maxDeaths) {
            return new Decision.GiveUp(recentDeaths.size(), window);
        }
        Duration pause = nextPause;
        Duration doubled = nextPause.multipliedBy(2);
        nextPause = doubled.compareTo(longestPause) > 0 ? longestPause : doubled;
        return new Decision.Restart(pause);
    }
}

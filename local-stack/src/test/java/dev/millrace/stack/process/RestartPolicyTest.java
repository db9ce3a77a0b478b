package dev.millrace.stack.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.stack.process.RestartPolicy.Decision.GiveUp;
import dev.millrace.stack.process.RestartPolicy.Decision.Restart;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final RestartPolicy policy = RestartPolicy.standard();

    @Test
    void endsItAtTheThirdDeathWithinAMinute() {
        policy.died(START);
        policy.died(START.plusSeconds(30));
        assertEquals(new GiveUp(3, Duration.ofMinutes(1)), policy.died(START.plusSeconds(60)));
    }

    @Test
    void goesOnWhenTheFirstOfThreeDeathsIsMoreThanAMinuteAgo() {
        policy.died(START);
        policy.died(START.plusSeconds(30));
        assertEquals(new Restart(Duration.ofSeconds(4)), policy.died(START.plusSeconds(61)));
    }

    @Test
    void doublesThePauseUpToItsBound() {
        long[] expected = {1, 2, 4, 8, 16, 30, 30};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(
                    new Restart(Duration.ofSeconds(expected[i])),
                    policy.died(START.plusSeconds(61L * i)),
                    "death " + i);
        }
    }

    @Test
    void startsWithAShortPauseAgainAfterALongRun() {
        policy.died(START);
        policy.died(START.plusSeconds(61));
        assertEquals(new Restart(Duration.ofSeconds(1)), policy.died(START.plusSeconds(61 + 301)));
    }
}

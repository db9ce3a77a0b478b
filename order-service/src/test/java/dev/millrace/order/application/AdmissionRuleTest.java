package dev.millrace.order.application;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AdmissionRuleTest {

    private final AdmissionRule rule = new AdmissionRule(Duration.ofSeconds(2), 200, 5_000, 20_000);

    private OptionalInt refusal(long pending, double settledPerSecond, long unpublished) {
        return rule.refusal(new Backlog(pending, settledPerSecond, unpublished));
    }

    @Test
    void anIdleServiceLetsABurstIn() {
        assertEquals(OptionalInt.empty(), rule.refusal(Backlog.NONE));
        assertEquals(OptionalInt.empty(), refusal(199, 1, 0));
        assertEquals(OptionalInt.of(1), refusal(200, 1, 0));
    }

    @Test
    void nobodyWaitsLongerThanTheLimitWhileOrdersAreSettled() {
        assertEquals(OptionalInt.empty(), refusal(799, 400, 0));
        assertEquals(OptionalInt.of(1), refusal(800, 400, 0));
        assertEquals(OptionalInt.of(3), refusal(1_999, 400, 0), "1,200 too many at 400 a second");
        assertEquals(OptionalInt.of(60), refusal(4_999, 1, 0), "no client is sent away for longer");
    }

    @Test
    void ordersAreKeptForSomethingThatIsStoppedUpToABound() {
        assertEquals(OptionalInt.empty(), refusal(4_999, 0, 19_999));
        assertEquals(OptionalInt.of(10), refusal(5_000, 0, 0));
        assertEquals(OptionalInt.of(10), refusal(0, 0, 20_000));
    }

    @Test
    void theBoundHoldsHoweverFastOrdersAreSettled() {
        assertEquals(OptionalInt.empty(), refusal(4_999, 10_000, 0));
        assertEquals(OptionalInt.of(1), refusal(5_000, 10_000, 0));
        assertEquals(OptionalInt.of(3), refusal(0, 400, 20_999), "1,000 too many at 400 a second");
    }
}

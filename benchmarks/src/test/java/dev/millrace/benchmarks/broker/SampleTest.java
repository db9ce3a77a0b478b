package dev.millrace.benchmarks.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static Sample published(double rate) {
        return new Sample(rate, 2 * rate, Double.NaN, 1, 1, 0);
    }

    @Test
    void oneRoundThatWentWrongDoesNotMoveTheMedian() {
        Sample median = Sample.median(List.of(published(100), published(1), published(102)));
        assertEquals(100, median.published());
        assertEquals(200, median.delivered());
        assertTrue(Double.isNaN(median.syncsPerMessage()), "not known of one broker: not known");
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertEquals(15, Sample.median(List.of(published(10), published(20)), Sample::published));
        assertTrue(Double.isNaN(Sample.median(List.of(), Sample::published)));
    }

    @Test
    void aGoalIsReachedMissedOrNotMeasured() {
        var goal = new Goal("kafka", 1.6);
        assertEquals(
                "goal: at least 1.6 x kafka: reached (1.60)", goal.describe(Map.of("millrace", 160.0, "kafka", 100.0)));
        assertEquals(
                "goal: at least 1.6 x kafka: missed (1.50)", goal.describe(Map.of("millrace", 150.0, "kafka", 100.0)));
        assertEquals("goal: at least 1.6 x kafka: not measured", goal.describe(Map.of("millrace", 150.0)));
    }
}

package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millrace.broker.core.BindingView;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.Load;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.TopicSettings;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each binding tells how many messages took it; their label sets are bounded. */
class BindingMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BindingMetrics metrics = new BindingMetrics(registry, 3);

    /** A topic with so many bindings, of which the n-th has taken n messages, and so many more. */
    private static List<DestinationView> topic(int bindings, int more) {
        return List.of(new DestinationView(
                DestinationView.Kind.TOPIC,
                "events",
                0,
                0,
                0,
                0,
                Map.of(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                new Load(0, 0, 0, 0, 0),
                0,
                false,
                null,
                null,
                new TopicSettings(RetentionSettings.DEFAULT, Map.of()),
                IntStream.rangeClosed(1, bindings)
                        .mapToObj(i -> new BindingView("events", "q" + i, Selection.ALL, i + more))
                        .toList()));
    }

    private FunctionCounter counter(String topic, String queue) {
        return registry.find("broker.binding.routed")
                .tag("topic", topic)
                .tag("queue", queue)
                .functionCounter();
    }

    @Test
    void eachTellsHowManyMessagesTookIt() {
        metrics.update(topic(2, 0));
        assertEquals(2, counter("events", "q2").count());
        metrics.update(topic(2, 10));

        assertEquals(11, counter("events", "q1").count());
        assertEquals(12, counter("events", "q2").count());
    }

    @Test
    void thoseBeyondTheBoundAreSummedUp() {
        metrics.update(topic(6, 0));

        assertEquals(3, counter("events", "q3").count());
        assertEquals(4 + 5 + 6, counter("other", "other").count());
        assertNull(counter("events", "q4"));
        assertEquals(4, registry.getMeters().size());
    }

    @Test
    void thoseThatWereDeletedAreToldOfNoMore() {
        metrics.update(topic(2, 0));
        metrics.update(topic(1, 0));
        assertNull(counter("events", "q2"));
        metrics.update(List.of());

        assertEquals(0, registry.getMeters().size());
    }
}

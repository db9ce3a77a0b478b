package dev.millrace.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static Workload of(int destinations, int subscriptions, int publishers, int consumers) {
        return new Workload("w", destinations, subscriptions, publishers, consumers, 1_024, 100, 1_000);
    }

    @Test
    void clientsOfOneQueueAllUseIt() {
        Workload workload = of(1, 0, 2, 2);
        assertEquals(List.of("w"), workload.targets(0));
        assertEquals(List.of("w"), workload.targets(1));
        assertEquals("w", workload.sources(1).getFirst().address());
        assertEquals(1, workload.copies());
    }

    @Test
    void severalQueuesAreSharedOutWithoutOverlap() {
        Workload workload = of(5, 0, 2, 2);
        assertEquals(List.of("w-0", "w-2", "w-4"), workload.targets(0));
        assertEquals(List.of("w-1", "w-3"), workload.targets(1));
        assertEquals(
                List.of("w-1", "w-3"),
                workload.sources(1).stream().map(Workload.Source::address).toList());
    }

    @Test
    void eachSubscriptionHasItsConsumer() {
        Workload workload = of(1, 3, 2, 3);
        assertEquals(
                List.of("w::s0", "w::s1", "w::s2"),
                IntStream.range(0, 3)
                        .mapToObj(i -> workload.sources(i).getFirst().address())
                        .toList());
        assertEquals(3, workload.copies());
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> of(0, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> of(1, 3, 1, 2), "a subscription without a consumer");
        assertThrows(IllegalArgumentException.class, () -> Workload.queue("w", 1, 1, 7, 1), "no room for the time");
    }
}

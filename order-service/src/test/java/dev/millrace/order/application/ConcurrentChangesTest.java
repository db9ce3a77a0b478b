package dev.millrace.order.application;

import static dev.millrace.order.Requests.placed;
import static dev.millrace.order.Requests.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.ProducedEvents;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;

/** Whatever happens to an order at one moment, one story comes out, and it is told exactly once. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class ConcurrentChangesTest {

    /** The only stories that the state machine allows. */
    private static final Set<List<String>> STORIES = Set.of(
            List.of("order.confirmed"),
            List.of("order.rejected"),
            List.of("order.cancelled"),
            List.of("order.confirmed", "order.cancelled"));

    @Inject
    OrderLifecycle lifecycle;

    @Inject
    OrderQueries queries;

    @Inject
    ProducedEvents produced;

    @RepeatedTest(10)
    void everyChangeIsPublishedOnce() throws Exception {
        UUID order = placed();

        atOnce(
                () -> lifecycle.confirm(order),
                () -> lifecycle.cancel(order),
                () -> lifecycle.confirm(order),
                () -> lifecycle.timeOut(order),
                () -> lifecycle.reject(order, "OUT_OF_STOCK"));

        var story = produced.typesOf(order);
        story = story.subList(2, story.size());
        assertTrue(STORIES.contains(story), story.toString());
        assertEquals("order." + status(order).toLowerCase(), story.getLast());
        assertEquals(story.size(), queries.changesAfter(order, 0).size());
    }

    private static void atOnce(Runnable... happenings) throws Exception {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (var happening : happenings) {
                running.add(threads.submit(() -> {
                    assertTrue(start.await(10, TimeUnit.SECONDS));
                    happening.run();
                    return null;
                }));
            }
            start.countDown();
            for (var one : running) {
                awaitAllowingRefusal(one);
            }
        }
    }

    private static void awaitAllowingRefusal(Future<?> happening) throws Exception {
        try {
            happening.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof OrderNotCancellableException)) {
                throw e;
            }
        }
    }
}

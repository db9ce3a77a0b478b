package dev.millrace.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.peer.AcceptOnlyServer;
import dev.millrace.stack.process.FreePorts;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load's clients against a server that accepts everything and stores nothing. */
@Timeout(60)
class AmqpTrafficTest {
    private static final long SOME = 3_000;

    private final Vertx vertx = Vertx.vertx();
    private final int port = FreePorts.one();
    private final Meter meter = new Meter();

    @BeforeEach
    void startServer() {
        vertx.deployVerticle(new AcceptOnlyServer(port))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void stopServer() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aClosedLoopEndsWithEverythingAnswered() throws InterruptedException {
        var workload = Workload.queue("any", 2, 0, 64, 10);
        try (Traffic traffic = AmqpTraffic.connect("127.0.0.1", port, workload, meter)) {
            traffic.publish();
            awaitAcknowledged(SOME);
            traffic.pause();
            assertAllAnswered();
        }
    }

    @Test
    void anOpenLoopKeepsToItsRate() throws InterruptedException {
        var workload = Workload.queue("any", 2, 0, 64, 1_000);
        try (Traffic traffic = AmqpTraffic.connect("127.0.0.1", port, workload, meter)) {
            long start = System.nanoTime();
            traffic.publish(5_000);
            awaitAcknowledged(SOME);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            traffic.pause();
            assertAllAnswered();
            assertTrue(millis >= SOME * 1_000 / 5_000 - 2, SOME + " messages at 5,000/s took " + millis + " ms");
        }
    }

    @Test
    void publishersPauseAtTheWindowUntilSomebodyConsumes() throws InterruptedException {
        var workload = Workload.queue("any", 1, 0, 64, 10).withWindow(SOME);
        try (Traffic traffic = AmqpTraffic.connect("127.0.0.1", port, workload, meter)) {
            traffic.publish();
            awaitAcknowledged(SOME);
            traffic.pause();
            assertEquals(SOME, meter.read().acknowledged());
        }
    }

    @Test
    void aBrokerThatIsNotThereIsSaidInOneSentence() {
        var workload = Workload.queue("any", 1, 0, 64, 10);
        var failure = assertThrows(
                MeasurementFailure.class, () -> AmqpTraffic.connect("127.0.0.1", FreePorts.one(), workload, meter));
        assertTrue(failure.getMessage().startsWith("An AMQP client failed"), failure.getMessage());
    }

    @Test
    void messagesLargerThanAFrameAreSentInParts() throws InterruptedException {
        var workload = Workload.queue("any", 1, 0, 300_000, 10);
        try (Traffic traffic = AmqpTraffic.connect("127.0.0.1", port, workload, meter)) {
            traffic.publish();
            awaitAcknowledged(100);
            traffic.pause();
            assertAllAnswered();
        }
    }

    private void assertAllAnswered() {
        long acknowledged = meter.read().acknowledged();
        assertEquals(-acknowledged, meter.room(0, 1), "nothing is consumed, so all of it is in the way");
        assertEquals(0, meter.refused());
        assertEquals(acknowledged, meter.acknowledgementLatencies().getTotalCount());
    }

    private void awaitAcknowledged(long count) {
        while (meter.read().acknowledged() < count) {
            assertFalse(Thread.interrupted(), "only " + meter.read().acknowledged() + " messages were acknowledged");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}

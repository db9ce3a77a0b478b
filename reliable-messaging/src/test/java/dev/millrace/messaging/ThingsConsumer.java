package dev.millrace.messaging;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A consumer in the shape all services use; what it does is in the message. */
@ApplicationScoped
class ThingsConsumer {

    record Thing(String behaviour) {}

    private final Queue<InboundEvent> received = new ConcurrentLinkedQueue<>();

    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    Queue<InboundEvent> received() {
        return received;
    }

    @Incoming("things")
    @RunOnVirtualThread
    @Blocking("things-worker")
    void consume(InboundEvent event) {
        received.add(event);
        switch (event.dataAs(Thing.class).behaviour()) {
            case "fail" -> throw new IllegalStateException("the database is away");
            case "fail-for-good" -> throw new RuntimeException(new PermanentFailure("this thing can never be"));
            case "wait" -> waitForGo();
            default -> {}
        }
    }

    private void waitForGo() {
        waiting.incrementAndGet();
        try {
            if (!go.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody said go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** How many messages have come so far that wait for {@link #go}. */
    int waiting() {
        return waiting.get();
    }

    /** Lets all those that wait, and those that will, go on. */
    void go() {
        go.countDown();
    }
}

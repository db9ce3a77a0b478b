package dev.millrace.order.web;

import dev.millrace.order.application.Admission;
import dev.millrace.order.application.OrderSettings;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers {@code POST /orders} with 429 when there is no room for one more, and lets so many in at once that database
 * connections and threads are left for reads and for the events that settle orders. The others of a burst wait here for
 * their turn: they hold neither a thread nor a connection, and their bodies stay in their sockets. Thread-safe.
 */
@ApplicationScoped
class AdmissionGate {

    private static final int TOO_MANY_REQUESTS = 429;

    private final Admission admission;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final int maxRunning;

    AdmissionGate(Admission admission, OrderSettings settings) {
        this.admission = admission;
        this.maxRunning = settings.admission().maxRunning();
    }

    void install(@Observes Router router) {
        // After BodyLimit, before Quarkus' own.
        router.route(HttpMethod.POST, "/orders").order(Integer.MIN_VALUE + 1).handler(this::check);
    }

    private void check(RoutingContext request) {
        OptionalInt refusal = admission.enter();
        if (refusal.isEmpty()) {
            request.addEndHandler(ended -> admission.leave());
            enqueue(request);
        } else {
            refuse(request, refusal.getAsInt());
        }
    }

    private void enqueue(RoutingContext request) {
        Context eventLoop = request.vertx().getOrCreateContext();
        request.request().pause();
        waiting.add(() -> eventLoop.runOnContext(turn -> proceed(request)));
        next();
    }

    private void proceed(RoutingContext request) {
        if (request.response().closed() || request.response().ended()) {
            // Went away while it waited.
            done();
            return;
        }
        request.addEndHandler(ended -> done());
        request.request().resume();
        request.next();
    }

    private void done() {
        running.decrementAndGet();
        next();
    }

    /** Whoever adds to what waits, or makes room, calls this afterwards, so that nothing stays behind. */
    private void next() {
        while (!waiting.isEmpty() && takeRoom()) {
            Runnable first = waiting.poll();
            if (first != null) {
                first.run();
                return;
            }
            running.decrementAndGet();
        }
    }

    private boolean takeRoom() {
        int now = running.get();
        while (now < maxRunning) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    private static void refuse(RoutingContext request, int seconds) {
        var problem = Problem.of(
                "overloaded",
                "Too many orders are waiting",
                TOO_MANY_REQUESTS,
                "there should be room again in %d s; send the same request then, with the same Idempotency-Key"
                        .formatted(seconds));
        request.response()
                .setStatusCode(TOO_MANY_REQUESTS)
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader("Retry-After", Integer.toString(seconds))
                .end(Json.encode(problem));
    }
}

package dev.millrace.messaging;

import io.quarkus.arc.Arc;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Which trace the current work belongs to: that of the event being consumed, else that of the HTTP request, else none.
 * Thread-safe.
 */
@ApplicationScoped
public class TraceContext {

    private static final ScopedValue<TraceParent> CONSUMED = ScopedValue.newInstance();

    private final HttpTrace http;

    TraceContext(HttpTrace http) {
        this.http = http;
    }

    /** The traceparent of the current work, if it has one. */
    public Optional<String> current() {
        return parent().map(TraceParent::toString);
    }

    /** A traceparent for something the current work causes; starts a new trace where there is none. Never null. */
    String childOfCurrent() {
        return parent().map(TraceParent::child).orElseGet(TraceParent::root).toString();
    }

    /** Runs the work as part of the event's trace; {@link Inbox#once} does so by itself. */
    public void runIn(InboundEvent event, Runnable work) {
        TraceParent.parse(event.traceparent())
                .ifPresentOrElse(trace -> ScopedValue.where(CONSUMED, trace).run(work), work);
    }

    private Optional<TraceParent> parent() {
        if (CONSUMED.isBound()) {
            return Optional.of(CONSUMED.get());
        }
        return Arc.container().requestContext().isActive() ? http.get() : Optional.empty();
    }
}

package dev.millrace.messaging;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;

/** The trace of one HTTP request. */
@RequestScoped
class HttpTrace {

    private TraceParent trace;

    void set(TraceParent value) {
        trace = value;
    }

    Optional<TraceParent> get() {
        return Optional.ofNullable(trace);
    }
}

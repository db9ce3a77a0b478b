package dev.millrace.messaging;

import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Takes the trace from the request's {@code traceparent} header, or starts a new one with the request. */
class HttpTraceFilter {

    private final HttpTrace trace;

    HttpTraceFilter(HttpTrace trace) {
        this.trace = trace;
    }

    @ServerRequestFilter
    void startTrace(ContainerRequestContext request) {
        trace.set(TraceParent.parse(request.getHeaderString("traceparent")).orElseGet(TraceParent::root));
    }
}

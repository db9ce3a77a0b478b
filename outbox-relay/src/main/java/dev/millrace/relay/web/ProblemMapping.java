package dev.millrace.relay.web;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every failure of a request into a {@link Problem}. */
final class ProblemMapping {
    private static final Logger LOG = Logger.getLogger(ProblemMapping.class);

    @ServerExceptionMapper
    Response map(WebApplicationException e) {
        Response.StatusType status = e.getResponse().getStatusInfo();
        return problem(status, e.getMessage());
    }

    @ServerExceptionMapper
    Response map(RuntimeException e) {
        LOG.error("a request failed", e);
        return problem(Response.Status.INTERNAL_SERVER_ERROR, "The relay failed to answer; its log says why.");
    }

    private static Response problem(Response.StatusType status, String detail) {
        var problem = new Problem("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, null);
        return Response.status(status).type(Problem.MEDIA_TYPE).entity(problem).build();
    }
}

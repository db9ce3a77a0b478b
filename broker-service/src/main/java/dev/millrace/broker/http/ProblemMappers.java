package dev.millrace.broker.http;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Which exception is which problem. What is not foreseen is logged and answered without a word about the inside. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response invalidParameter(InvalidParameterException e) {
        return Problem.invalid(e.parameter(), e.getMessage()).toResponse();
    }

    @ServerExceptionMapper
    Response busy(BrokerBusyException e) {
        return Problem.of("broker-busy", "The broker does not answer", 503, e.getMessage())
                .toResponseBuilder()
                .header(HttpHeaders.RETRY_AFTER, BrokerBusyException.RETRY_AFTER_SECONDS)
                .build();
    }

    /** What JAX-RS itself refuses: unknown path, wrong method, wrong content type, unreadable body. */
    @ServerExceptionMapper
    Response refused(WebApplicationException e) {
        Response refusal = e.getResponse();
        if (refusal.getStatus() >= 500) {
            return unforeseen(e);
        }
        Response.ResponseBuilder response = Problem.ofStatus(refusal.getStatus(), detail(refusal.getStatus()))
                .toResponseBuilder();
        String allow = refusal.getHeaderString(HttpHeaders.ALLOW);
        return (allow == null ? response : response.header(HttpHeaders.ALLOW, allow)).build();
    }

    @ServerExceptionMapper
    Response unforeseen(Throwable e) {
        LOG.error("A request failed for an unforeseen reason", e);
        return Problem.ofStatus(500, "The request failed, the log says why").toResponse();
    }

    private static String detail(int status) {
        return switch (status) {
            case 400 -> "the request cannot be read";
            case 404 -> "there is nothing at this path";
            case 405 -> "this method does not apply here";
            case 406 -> "none of the accepted media types can be produced";
            case 415 -> "the body must be application/json";
            default -> "the request was refused";
        };
    }
}

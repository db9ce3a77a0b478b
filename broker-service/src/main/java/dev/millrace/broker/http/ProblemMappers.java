package dev.millrace.broker.http;

import dev.millrace.broker.core.RefusedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Which exception is which problem. What is not foreseen is logged and answered without a word about the inside. */
class ProblemMappers {

    /** When there may be room again. */
    private static final int RETRY_WHEN_FULL_SECONDS = 1;

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response invalidParameter(InvalidParameterException e) {
        return Problem.invalid(e.parameter(), e.getMessage()).toResponse();
    }

    @ServerExceptionMapper
    Response invalidBody(InvalidBodyException e) {
        return Problem.invalid(e.errors()).toResponse();
    }

    /** What the core does not do. */
    @ServerExceptionMapper
    Response refused(RefusedException e) {
        String detail = e.getMessage();
        return switch (e.error().code()) {
            case NOT_FOUND ->
                Problem.of("not-found", "There is no such destination", 404, detail)
                        .toResponse();
            case NOT_ALLOWED ->
                Problem.of("not-allowed", "This cannot be done with that destination", 409, detail)
                        .toResponse();
            case INVALID_FIELD ->
                Problem.of("invalid-request", "The request is not valid", 400, detail)
                        .toResponse();
            case SCHEMA_VIOLATED ->
                Problem.of("schema-violated", "The message does not conform to its schema", 422, detail)
                        .toResponse();
            case PRECONDITION_FAILED, LINK_STOLEN ->
                Problem.of("in-use", "Somebody else uses that destination", 409, detail)
                        .toResponse();
            case TRANSACTION_UNKNOWN, TRANSACTION_ROLLED_BACK, TRANSACTION_TIMED_OUT ->
                Problem.of("transaction", "The transaction was not committed", 409, detail)
                        .toResponse();
            case RESOURCE_DELETED ->
                Problem.of("deleted", "The destination was deleted", 410, detail)
                        .toResponse();
            case RESOURCE_LIMIT_EXCEEDED ->
                Problem.of("full", "There is no room", 429, detail)
                        .toResponseBuilder()
                        .header(HttpHeaders.RETRY_AFTER, RETRY_WHEN_FULL_SECONDS)
                        .build();
        };
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

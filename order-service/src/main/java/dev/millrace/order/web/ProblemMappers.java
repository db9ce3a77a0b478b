package dev.millrace.order.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.millrace.messaging.DatabaseOutage;
import dev.millrace.order.application.IdempotencyKeyReusedException;
import dev.millrace.order.application.OrderNotCancellableException;
import dev.millrace.order.application.OrderNotFoundException;
import dev.millrace.order.application.UnorderableException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Which exception is which problem. What is not foreseen is logged and answered without a word about the inside. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    /** A database that is restarted is back within seconds. */
    private static final int DATABASE_RETRY_SECONDS = 1;

    @ServerExceptionMapper
    Response invalidRequest(ConstraintViolationException e) {
        return Problem.invalid(FieldErrors.of(e)).toResponse();
    }

    @ServerExceptionMapper
    Response invalidParameter(InvalidParameterException e) {
        return Problem.invalid(e.parameter(), e.getMessage()).toResponse();
    }

    @ServerExceptionMapper
    Response unorderable(UnorderableException e) {
        return Problem.invalid(FieldErrors.of(e)).toResponse();
    }

    /** Named beside its superclass, because Quarkus has a mapper for this one. */
    @ServerExceptionMapper({MismatchedInputException.class, JsonProcessingException.class})
    Response unreadable(JsonProcessingException e) {
        return Problem.invalid(FieldErrors.of(e)).toResponse();
    }

    @ServerExceptionMapper
    Response keyReused(IdempotencyKeyReusedException e) {
        return Problem.of(
                        "idempotency-key-reused", "The Idempotency-Key belongs to another request", 422, e.getMessage())
                .toResponse();
    }

    @ServerExceptionMapper
    Response notFound(OrderNotFoundException e) {
        return Problem.of("order-not-found", "There is no such order", 404, e.getMessage())
                .toResponse();
    }

    @ServerExceptionMapper
    Response notCancellable(OrderNotCancellableException e) {
        return Problem.of("order-not-cancellable", "The order cannot be cancelled", 409, e.getMessage())
                .toResponse();
    }

    @ServerExceptionMapper
    Response tooManyStreams(TooManyStreamsException e) {
        return Problem.of("too-many-streams", "Too many event streams are open", 503, e.getMessage())
                .toResponseBuilder()
                .header(HttpHeaders.RETRY_AFTER, TooManyStreamsException.RETRY_AFTER_SECONDS)
                .build();
    }

    /** What JAX-RS itself refuses: unknown path, wrong method, wrong content type, unreadable body. */
    @ServerExceptionMapper
    Response refused(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException unreadable) {
            return unreadable(unreadable);
        }
        var refusal = e.getResponse();
        if (refusal.getStatus() >= 500) {
            return unforeseen(e);
        }
        var response = Problem.ofStatus(refusal.getStatus(), detail(refusal.getStatus()))
                .toResponseBuilder();
        String allow = refusal.getHeaderString(HttpHeaders.ALLOW);
        return (allow == null ? response : response.header(HttpHeaders.ALLOW, allow)).build();
    }

    /** The client broke off, or its body went beyond the limit. */
    @ServerExceptionMapper
    Response cutOff(IOException e) {
        LOG.debug("A request could not be read to its end", e);
        return Problem.ofStatus(400, "the request could not be read to its end").toResponse();
    }

    @ServerExceptionMapper
    Response unforeseen(Throwable e) {
        if (DatabaseOutage.isCauseOf(e)) {
            return withoutDatabase(e);
        }
        LOG.error("A request failed for an unforeseen reason", e);
        return Problem.ofStatus(500, "The request failed, the log says why").toResponse();
    }

    private static Response withoutDatabase(Throwable e) {
        LOG.warnf("A request found no database: %s", e.getMessage());
        return Problem.of(
                        "database-unavailable",
                        "The database does not answer",
                        503,
                        "Whether a change was made is not known; the same request may be sent again")
                .toResponseBuilder()
                .header(HttpHeaders.RETRY_AFTER, DATABASE_RETRY_SECONDS)
                .build();
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

package dev.millrace.inventory.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.millrace.inventory.application.ProductUnknownException;
import dev.millrace.inventory.application.TooManyFaultsException;
import dev.millrace.inventory.domain.StockConflictException;
import dev.millrace.messaging.DatabaseOutage;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Which exception is which problem. What is not foreseen is logged and answered without a word about the inside. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    /** A database that is restarted is back within seconds. */
    private static final int DATABASE_RETRY_SECONDS = 1;

    @ServerExceptionMapper
    Response invalid(ConstraintViolationException e) {
        return Problem.invalid(FieldErrors.of(e)).response().build();
    }

    @ServerExceptionMapper
    Response invalid(InvalidParameterException e) {
        return Problem.invalid(FieldErrors.of(e)).response().build();
    }

    /** Named twice: the framework has a mapper of its own for the narrower one, which would win. */
    @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
    Response unreadable(JsonProcessingException e) {
        return Problem.invalid(FieldErrors.of(e)).response().build();
    }

    @ServerExceptionMapper
    Response unknown(ProductUnknownException e) {
        return Problem.of("product-not-found", "There is no such product", Response.Status.NOT_FOUND, e.getMessage())
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response unknown(ReservationUnknownException e) {
        return Problem.of(
                        "reservation-not-found",
                        "There is no such reservation",
                        Response.Status.NOT_FOUND,
                        e.getMessage())
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response conflict(StockConflictException e) {
        return Problem.of("stock-conflict", "The stock does not allow this", Response.Status.CONFLICT, e.getMessage())
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response conflict(TooManyFaultsException e) {
        return Problem.of("too-many-faults", "Too many faults", Response.Status.CONFLICT, e.getMessage())
                .response()
                .build();
    }

    /** What the framework itself refuses: no such path, wrong method or media type, a body that is not JSON. */
    @ServerExceptionMapper
    Response refused(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException unreadable) {
            return unreadable(unreadable);
        }
        var refusal = e.getResponse();
        if (refusal.getStatusInfo().getFamily() != Response.Status.Family.CLIENT_ERROR) {
            return unforeseen(e);
        }
        var response = Problem.ofStatus(refusal.getStatusInfo(), detail(refusal.getStatus()))
                .response();
        String allow = refusal.getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? response.build()
                : response.header(HttpHeaders.ALLOW, allow).build();
    }

    private static Response withoutDatabase(Throwable e) {
        LOG.warnf("a request found no database: %s", e.getMessage());
        return Problem.of(
                        "database-unavailable",
                        "The database does not answer",
                        Response.Status.SERVICE_UNAVAILABLE,
                        "whether a change was made is not known")
                .response()
                .header(HttpHeaders.RETRY_AFTER, DATABASE_RETRY_SECONDS)
                .build();
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "there is nothing at this path";
            case 405 -> "this path does not offer this method";
            case 406 -> "there is nothing here in a media type that is accepted";
            case 413 -> "the body is too large";
            case 415 -> "the body must be application/json";
            default -> "the request was refused";
        };
    }

    @ServerExceptionMapper
    Response unforeseen(Throwable e) {
        if (DatabaseOutage.isCauseOf(e)) {
            return withoutDatabase(e);
        }
        LOG.error("a request failed", e);
        return Problem.ofStatus(Response.Status.INTERNAL_SERVER_ERROR, "the request could not be handled")
                .response()
                .build();
    }
}

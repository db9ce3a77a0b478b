package dev.millrace.notification.web;

import dev.millrace.messaging.DatabaseOutage;
import dev.millrace.notification.web.Problem.FieldError;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Which exception is which problem. What is not foreseen is logged and answered without a word about the inside. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    /** A database that is restarted is back within seconds. */
    private static final int DATABASE_RETRY_SECONDS = 1;

    @ServerExceptionMapper
    Response invalid(InvalidParameterException e) {
        return Problem.invalid(List.of(new FieldError(e.parameter(), e.getMessage())))
                .response()
                .build();
    }

    /** What the framework itself refuses: no such path, wrong method or media type. */
    @ServerExceptionMapper
    Response refused(WebApplicationException e) {
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
                        "it can be asked again")
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

package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as RFC 9457 has it.
 *
 * @param type a URN per kind of problem, stable
 * @param title the same for all problems of the type
 * @param status the HTTP status
 * @param detail this case, for a human
 * @param errors one per field that is wrong; left out if none is
 */
@Schema(description = "An error (RFC 9457)")
public record Problem(
        @Schema(examples = "urn:millrace:problem:invalid-request")
        String type,

        @Schema(examples = "The request is not valid") String title,
        @Schema(examples = "400") int status,
        @Schema(examples = "1 field is wrong") String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {

    /** Media type of every error. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:millrace:problem:";

    /**
     * One wrong field.
     *
     * @param field its path in the body, or the name of a header or parameter
     * @param message what is expected
     */
    public record FieldError(
            @Schema(examples = "limit") String field,
            @Schema(examples = "must be between 1 and 1000") String message) {}

    static Problem of(String type, String title, int status, String detail) {
        return new Problem(TYPE_PREFIX + type, title, status, detail, List.of());
    }

    /** A request with one wrong field: 400. */
    static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** A request with wrong fields: 400. */
    static Problem invalid(List<FieldError> errors) {
        String detail = errors.size() == 1 ? "1 field is wrong" : errors.size() + " fields are wrong";
        return new Problem(TYPE_PREFIX + "invalid-request", "The request is not valid", 400, detail, errors);
    }

    /** A problem that its status says all about. */
    static Problem ofStatus(int status, String detail) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return new Problem("about:blank", known == null ? "Error" : known.getReasonPhrase(), status, detail, List.of());
    }

    Response toResponse() {
        return toResponseBuilder().build();
    }

    Response.ResponseBuilder toResponseBuilder() {
        return Response.status(status).type(MEDIA_TYPE).entity(this);
    }
}

package dev.millrace.relay.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An error as RFC 9457 describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Problem", description = "RFC 9457 problem details")
public record Problem(
        @Schema(examples = "about:blank") String type,
        @Schema(examples = "Not Found") String title,
        @Schema(examples = "404") int status,

        @Schema(examples = "no source 'orders'; there are: inventory, notification, order")
        String detail,

        List<FieldError> errors) {
    /** Media type of the answer. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** One field that is wrong. */
    public record FieldError(String field, String detail) {}
}

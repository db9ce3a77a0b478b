package dev.millrace.broker.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The problems that any call on a destination may be answered with, for the API's description. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@APIResponse(
        responseCode = "400",
        description = "The request is not valid; errors says what was expected and what came",
        content =
                @Content(
                        mediaType = Problem.MEDIA_TYPE,
                        schema = @Schema(implementation = Problem.class),
                        examples = @ExampleObject(name = "invalid", value = ProblemResponses.INVALID)))
@APIResponse(
        responseCode = "404",
        description = "There is no such destination",
        content =
                @Content(
                        mediaType = Problem.MEDIA_TYPE,
                        schema = @Schema(implementation = Problem.class),
                        examples = @ExampleObject(name = "unknown", value = ProblemResponses.UNKNOWN)))
@APIResponse(
        responseCode = "409",
        description = "This cannot be done with that destination",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@APIResponse(
        responseCode = "503",
        description = "The broker does not answer in time; Retry-After says when to ask again",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@interface ProblemResponses {

    String INVALID = """
            {"type": "urn:millrace:problem:invalid-request", "title": "The request is not valid", "status": 400,
             "detail": "1 field is wrong",
             "errors": [{"field": "maxMessages", "message": "must be a whole number of at least 1, not 0"}]}""";

    String UNKNOWN = """
            {"type": "urn:millrace:problem:not-found", "title": "There is no such destination", "status": 404,
             "detail": "There is no queue 'emials'."}""";
}

package dev.millrace.relay.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.relay.DeadLetter;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One page of dead letters. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "DeadLetters")
public record DeadLetterPage(
        List<DeadLetter> items,

        @Schema(description = "Value of ?after= for the next page; missing on the last", nullable = true)
        String next) {}

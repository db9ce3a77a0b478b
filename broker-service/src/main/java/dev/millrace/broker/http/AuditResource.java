package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.AuditEntry;
import dev.millrace.broker.core.DeadLetterRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who did what to dead letters. */
@Path("/api/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Audit")
@ProblemResponses
public class AuditResource {

    private final BrokerCalls broker;

    @Inject
    AuditResource(BrokerCalls broker) {
        this.broker = broker;
    }

    /** One action. */
    @Schema(name = "AuditEntry")
    public record Entry(
            @Schema(examples = "17") long number,
            @Schema(examples = "2026-01-31T09:30:00Z") Instant at,
            @Schema(examples = "ada@example.org") String actor,
            @Schema(examples = "message.discard") String action,

            @Schema(examples = "4-17 orders::inventory 9f0c6e0e-0f57-4a44-9a4e-3a8f6c1e7c11")
            String subject,

            @Schema(examples = "a test order") String detail,
            @Schema(examples = "discarded") String result) {}

    /** Entries, oldest first. */
    @Schema(name = "AuditPage")
    public record Page(
            List<Entry> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "17", nullable = true)
            String next) {}

    @GET
    @Operation(
            operationId = "listAudit",
            summary = "Read who did what to dead letters, when, and what came of it",
            description = "Actions: replay.start, replay.pause, replay.resume, replay.cancel, replay.end, message.edit,"
                    + " message.discard. Kept for 90 days, up to 64 MiB.")
    @APIResponse(
            responseCode = "200",
            description = "One page, oldest first; next, if present, is the value of after for the next one",
            content = @Content(schema = @Schema(implementation = Page.class)))
    public CompletionStage<Page> list(
            @Parameter(description = "Only this action, or all that begin so", example = "message.discard")
                    @QueryParam("action")
                    String action,
            @Parameter(description = "Only what has this in its subject", example = "orders::inventory")
                    @QueryParam("subject")
                    String subject,
            @Parameter(description = "The next of the page before", example = "17") @QueryParam("after") String after,
            @Parameter(description = "How many are looked at, at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit) {
        int most = Parameters.limit(limit);
        return broker.ask(new DeadLetterRequest.Audit(Parameters.number("after", after, -1), most))
                .thenApply(entries -> page(entries, action, subject, most));
    }

    private static Page page(List<AuditEntry> entries, String action, String subject, int limit) {
        List<Entry> items = entries.stream()
                .filter(entry -> action == null || entry.action().startsWith(action))
                .filter(entry -> subject == null || entry.subject().contains(subject))
                .map(entry -> new Entry(
                        entry.number(),
                        Instant.ofEpochMilli(entry.at()),
                        entry.actor(),
                        entry.action(),
                        entry.subject(),
                        entry.detail(),
                        entry.result()))
                .toList();
        return new Page(
                items, entries.size() == limit ? Long.toString(entries.getLast().number()) : null);
    }
}

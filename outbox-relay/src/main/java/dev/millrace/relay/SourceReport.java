package dev.millrace.relay;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How one source stands: the answer of {@code GET /relay}. Counts are since this process began. */
@JsonPropertyOrder({
    "source",
    "state",
    "lastLsn",
    "lagBytes",
    "lagEvents",
    "published",
    "duplicatesSuppressed",
    "failed",
    "lastError"
})
public record SourceReport(
        @Schema(description = "Name of the source database", examples = "order")
        String source,

        @Schema(description = "What the relay is doing for this source", examples = "RUNNING")
        RelayState state,

        @Schema(
                description =
                        "Position in PostgreSQL's log up to which everything is accepted and stored; null before the first",
                examples = "0/1A2B3C8",
                nullable = true)
        String lastLsn,

        @Schema(description = "Bytes of log that the replication slot holds back", examples = "248")
        long lagBytes,

        @Schema(
                description =
                        "Committed outbox rows that are not accepted yet, 100,000 at most: rows created after the last "
                                + "heartbeat that came back, less those of them published since",
                examples = "0")
        long lagEvents,

        @Schema(description = "Rows that the broker has accepted", examples = "1204")
        long published,

        @Schema(
                description = "Rows that the database sent again after a restart and that were accepted before",
                examples = "1")
        long duplicatesSuppressed,

        @Schema(description = "Rows that can never be sent, kept in the table relay_poison", examples = "0")
        long failed,

        @Schema(
                description = "Time and text of the last thing that went wrong; null if nothing did",
                examples = "2026-11-20T10:15:30.123Z broker: connection lost",
                nullable = true)
        String lastError) {}

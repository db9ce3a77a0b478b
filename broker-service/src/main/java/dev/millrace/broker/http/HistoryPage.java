package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.History;
import dev.millrace.broker.history.HistoryItem;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The life of a message, oldest first. */
public record HistoryPage(List<Item> items) {

    static HistoryPage of(List<HistoryItem> found) {
        return new HistoryPage(found.stream().map(Item::of).toList());
    }

    /** One event of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "HistoryEvent")
    public record Item(
            @Schema(examples = "2026-01-31T09:30:00.250Z") Instant at,

            @Schema(
                    examples = "delivered",
                    enumeration = {
                        "stored",
                        "scheduled",
                        "delivered",
                        "failed",
                        "dead-lettered",
                        "replayed",
                        "discarded",
                        "expired",
                        "settled"
                    })
            String event,

            @Schema(examples = "emails", description = "The queue, topic or subscription where it happened")
            String destination,

            @Schema(examples = "1", description = "Which attempt at delivering it was")
            Integer attempt,

            @Schema(examples = "notification-service", description = "The consumer's container id")
            String container,

            @Schema(examples = "emails", description = "The name of the consumer's link")
            String link,

            @Schema(examples = "rejected") String reason,

            @Schema(
                    examples = "operator",
                    description = "Who replayed or discarded it; broker where it let the message go by itself")
            String actor,

            @Schema(
                    examples = "mailbox unavailable",
                    description =
                            "What the consumer said of the failure; of scheduled: when it is due; of replayed: the job")
            String detail) {

        static Item of(HistoryItem item) {
            History.Texts texts = item.texts();
            return new Item(
                    item.at(),
                    item.event().label(),
                    texts.destination(),
                    item.attempt() == 0 ? null : item.attempt(),
                    texts.container(),
                    texts.link(),
                    texts.reason(),
                    texts.actor(),
                    item.dueAt() == null ? texts.detail() : item.dueAt().toString());
        }
    }
}

package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.millrace.broker.core.BrowsedMessage;
import dev.millrace.broker.core.Death;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A dead letter: the message as it was, and what it died of. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "DeadLetter")
public record DeadLetterItem(
        @JsonUnwrapped MessageItem message,

        @Schema(
                examples = "rejected",
                enumeration = {"rejected", "attempts-exhausted", "expired", "undeliverable"})
        String reason,

        @Schema(examples = "UnknownSkuException: no such product: cup-9")
        String description,

        @Schema(examples = "2026-01-31T09:30:00Z") Instant deadLetteredAt,

        @Schema(description = "Every dead-lettering so far, oldest first")
        List<DeathItem> deaths,

        @Schema(examples = "0") int replayCount) {

    static DeadLetterItem of(BrowsedMessage browsed) {
        Death last = browsed.deaths().isEmpty() ? null : browsed.deaths().getLast();
        return new DeadLetterItem(
                MessageItem.of(browsed, last == null ? browsed.attempts() : last.attempts()),
                last == null ? null : last.reason().label(),
                last == null ? null : last.error(),
                last == null ? null : Instant.ofEpochMilli(last.at()),
                browsed.deaths().stream().map(DeathItem::of).toList(),
                browsed.replays());
    }

    /**
     * Dead letters in the order in which they died.
     *
     * @param next the value of {@code after} for the next page; left out on the last one
     */
    @Schema(name = "DeadLetterPage")
    public record Page(
            List<DeadLetterItem> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "17", nullable = true)
            String next) {

        static Page of(BrowsedMessage.Page page) {
            return new Page(
                    page.items().stream().map(DeadLetterItem::of).toList(),
                    page.lastOffset() < 0 ? null : Long.toString(page.lastOffset()));
        }
    }
}

package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.BrowsedMessage;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.json.BareMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A message that was looked at and stays where it is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "MessageLookedAt")
public record MessageItem(
        @Schema(examples = "4-17", description = "The broker's own id")
        String id,

        @Schema(examples = "17") long offset,
        @Schema(examples = "2026-01-31T09:30:00Z") Instant enqueuedAt,

        @Schema(
                examples = "READY",
                enumeration = {"READY", "IN_FLIGHT", "SCHEDULED", "RETRY", "PARKED"})
        String state,

        @Schema(examples = "0", description = "Failed attempts")
        int attempts,

        @Schema(description = "JSON or text where it is that, else {\"base64\": …}")
        JsonNode body,

        @Schema(examples = "9f0c6e0e-0f57-4a44-9a4e-3a8f6c1e7c11")
        String messageId,

        @Schema(examples = "order.placed") String subject,

        @Schema(examples = "order-4711", description = "The ordering key")
        String groupId,

        String correlationId,
        String replyTo,
        @Schema(examples = "4") int priority,

        @Schema(examples = "PT30S", description = "Counted from enqueuedAt")
        String ttl,

        @Schema(examples = "2026-01-31T10:00:00Z") Instant deliverAt,
        @Schema(examples = "application/json") String contentType,
        JsonNode applicationProperties) {

    static MessageItem of(BrowsedMessage browsed) {
        return of(browsed, browsed.attempts());
    }

    static MessageItem of(BrowsedMessage browsed, int attempts) {
        Message message = browsed.message();
        BareMessage bare = BareMessage.decode(message);
        return new MessageItem(
                browsed.id(),
                browsed.offset(),
                Instant.ofEpochMilli(browsed.enqueuedAt()),
                browsed.state().name(),
                attempts,
                bare.body(),
                message.messageId(),
                bare.subject(),
                message.orderingKey(),
                bare.correlationId(),
                bare.replyTo(),
                message.priority(),
                message.expiresAt() == 0
                        ? null
                        : Duration.ofMillis(Math.max(0, message.expiresAt() - browsed.enqueuedAt()))
                                .toString(),
                message.deliverAt() == 0 ? null : Instant.ofEpochMilli(message.deliverAt()),
                bare.contentType(),
                bare.applicationProperties());
    }

    /**
     * Messages in the order of their offsets.
     *
     * @param next the value of {@code after} for the next page; left out on the last one
     */
    @Schema(name = "MessagePage")
    public record Page(
            List<MessageItem> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "17", nullable = true)
            String next) {

        static Page of(BrowsedMessage.Page page) {
            return new Page(
                    page.items().stream().map(MessageItem::of).toList(),
                    page.lastOffset() < 0 ? null : Long.toString(page.lastOffset()));
        }
    }
}

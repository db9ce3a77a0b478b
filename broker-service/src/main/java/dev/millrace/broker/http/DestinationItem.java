package dev.millrace.broker.http;

import dev.millrace.broker.core.DestinationView;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One queue, topic or subscription as the API shows it.
 *
 * @param oldestAgeSeconds age of the oldest message not settled; 0 if there is none
 */
@Schema(name = "Destination", description = "A queue, topic or subscription at this moment")
public record DestinationItem(
        @Schema(
                examples = "subscription",
                enumeration = {"queue", "topic", "subscription"})
        String kind,

        @Schema(examples = "orders::inventory") String name,

        @Schema(examples = "12", description = "Messages not settled; of a topic, messages kept")
        long depth,

        @Schema(examples = "3", description = "Deliveries that wait for their settlement")
        long inFlight,

        @Schema(examples = "1", description = "Messages that wait for their time, retries included")
        long scheduled,

        @Schema(examples = "0", description = "Messages in its dead-letter queue")
        long deadLetters,

        @Schema(examples = "0.25", description = "Age of the oldest message not settled")
        double oldestAgeSeconds,

        @Schema(examples = "2", description = "Open links that receive from it")
        int consumers) {

    static DestinationItem of(DestinationView view) {
        String kind =
                switch (view.kind()) {
                    case QUEUE -> "queue";
                    case TOPIC -> "topic";
                    case SUBSCRIPTION -> "subscription";
                };
        return new DestinationItem(
                kind,
                view.name(),
                view.depth(),
                view.inFlight(),
                view.scheduled(),
                view.deadLetters(),
                view.oldestAgeMillis() / 1_000.0,
                view.consumers());
    }
}

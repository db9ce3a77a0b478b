package dev.millrace.broker.http;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.DestinationView;
import jakarta.ws.rs.core.Response;
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

        @Schema(examples = "12", description = "Offsets from its oldest message not settled to the end of its stream")
        long lag,

        @Schema(examples = "40.0", description = "Messages stored per second, lately")
        double arrivalRate,

        @Schema(examples = "39.5", description = "Messages settled per second, lately")
        double settleRate,

        @Schema(examples = "0.5", description = "Failed attempts per second, lately")
        double failureRate,

        @Schema(examples = "2", description = "Open links that receive from it")
        int consumers,

        @Schema(examples = "false", description = "Whether it delivers nothing for now")
        boolean paused,

        @Schema(
                examples = "2",
                description = "How many consumers like the present ones keep up with what arrives and drain what waits"
                        + " within a minute; 0 for a topic")
        int workersNeeded,

        SettingsItem settings) {

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
                view.lag(),
                view.load().arrivalRate(),
                view.load().settleRate(),
                view.load().failureRate(),
                view.consumers(),
                view.paused(),
                view.load().workersNeeded(),
                SettingsItem.of(view));
    }

    /** The answer to a declaration. */
    static Response response(AdminRequest.Declared declared) {
        return Response.status(declared.created() ? Response.Status.CREATED : Response.Status.OK)
                .entity(of(declared.view()))
                .build();
    }
}

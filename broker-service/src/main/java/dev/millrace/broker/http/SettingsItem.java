package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.TopicSettings;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The settings of a destination as the API shows and takes them: a topic has other fields than a queue. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Settings", description = "Settings of a queue or subscription, or of a topic; each has a default")
public record SettingsItem(
        @Schema(
                examples = "10000000",
                minimum = "0",
                description = "Bound on the messages that wait, at least 1; of a subscription 0 is no bound")
        Long maxMessages,

        @Schema(examples = "0", description = "The same in bytes as stored; 0 is no bound")
        Long maxBytes,

        @Schema(
                examples = "block",
                enumeration = {"block", "reject", "drop-oldest"},
                description = "What happens at the bound; of a subscription block and reject hold its topic back")
        String whenFull,

        @Schema(examples = "5", minimum = "1", description = "Failed attempts after which a message is a dead letter")
        Integer maxDeliveryAttempts,

        BackoffItem backoff,

        @Schema(examples = "PT30S", description = "How long a consumer may hold a delivery")
        String lockDuration,

        @Schema(
                examples = "PT10M",
                description = "How long message-ids are remembered; PT0S is off. Of no effect on a subscription, whose"
                        + " topic has one")
        String duplicateWindow,

        @Schema(examples = "PT336H", description = "How long dead letters are kept; PT0S is for ever")
        String deadLetterRetention,

        @Schema(
                examples = "continue",
                enumeration = {"continue", "park"},
                description = "Whether later messages of a dead letter's groupId are delivered, or wait for it")
        String onDeadLetter,

        RetentionItem retention,

        @Schema(examples = "tenant = 'acme'", description = "Of a subscription: which messages it wants")
        String selector,

        @Schema(examples = "order.#", description = "Of a subscription: pattern of the subjects that it wants")
        String subject) {

    /** The pause before a failed message comes back. */
    @Schema(name = "Backoff")
    public record BackoffItem(
            @Schema(examples = "PT0.2S") String initial,

            @Schema(examples = "2.0", description = "1 to 1000")
            double multiplier,

            @Schema(examples = "PT30S") String max,

            @Schema(examples = "0.2", description = "Share of the pause by which it varies, 0 to 1")
            double jitter) {}

    /** How long a topic keeps its messages. */
    @Schema(name = "Retention")
    public record RetentionItem(
            @Schema(examples = "PT168H", description = "PT0S is for ever")
            String age,

            @Schema(examples = "0", description = "0 is no bound")
            long bytes) {}

    static SettingsItem of(DestinationView view) {
        return view.kind() == DestinationView.Kind.TOPIC
                ? of(view.topicSettings())
                : of(view.settings(), view.selection() == null ? Selection.ALL : view.selection());
    }

    private static SettingsItem of(TopicSettings settings) {
        return new SettingsItem(
                null,
                null,
                null,
                null,
                null,
                null,
                text(settings.duplicateWindowMillis()),
                null,
                null,
                new RetentionItem(
                        text(settings.retention().ageMillis()),
                        settings.retention().bytes()),
                null,
                null);
    }

    private static SettingsItem of(QueueSettings settings, Selection selection) {
        QueueSettings.Backoff backoff = settings.backoff();
        return new SettingsItem(
                settings.maxMessages(),
                settings.maxBytes(),
                name(settings.whenFull()),
                settings.maxDeliveryAttempts(),
                new BackoffItem(
                        text(backoff.initialMillis()),
                        backoff.multiplier(),
                        text(backoff.maxMillis()),
                        backoff.jitter()),
                text(settings.lockMillis()),
                text(settings.duplicateWindowMillis()),
                text(settings.deadLetterRetentionMillis()),
                name(settings.onDeadLetter()),
                null,
                selection.selector(),
                selection.subject());
    }

    /** The public name: {@code drop-oldest}. */
    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(long millis) {
        return Duration.ofMillis(millis).toString();
    }
}

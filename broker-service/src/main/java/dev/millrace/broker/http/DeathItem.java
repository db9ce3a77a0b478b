package dev.millrace.broker.http;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.FailedAttempt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One dead-lettering of a message, with the attempts that led to it. */
@Schema(name = "Death")
public record DeathItem(
        @Schema(examples = "orders::inventory", description = "Who gave up on it")
        String source,

        @Schema(
                examples = "attempts-exhausted",
                enumeration = {"rejected", "attempts-exhausted", "expired", "undeliverable"})
        String reason,

        @Schema(examples = "2026-01-31T09:30:00Z") Instant at,

        @Schema(examples = "5", description = "Attempts at delivering it, the last one included")
        int attempt,

        @Schema(examples = "inventory-service", description = "Container of the last consumer")
        String container,

        @Schema(examples = "orders-in", description = "Link of the last consumer")
        String link,

        @Schema(examples = "StockMismatchException: 3 reserved, 2 on hand")
        String error,

        @Schema(description = "The failed attempts one by one, oldest first; of many the last ones")
        List<AttemptItem> attempts) {

    /** One failed attempt at delivering a message. */
    @Schema(name = "Attempt")
    public record AttemptItem(
            @Schema(examples = "1") int attempt, Instant at, String container, String link, String error) {}

    static DeathItem of(Death death) {
        List<AttemptItem> attempts = new ArrayList<>();
        int number = death.attempts() - death.earlier().size();
        for (FailedAttempt earlier : death.earlier()) {
            attempts.add(item(number++, earlier));
        }
        if (death.reason() != Death.Reason.EXPIRED) {
            attempts.add(item(number, new FailedAttempt(death.at(), death.container(), death.link(), death.error())));
        }
        return new DeathItem(
                death.source(),
                death.reason().label(),
                Instant.ofEpochMilli(death.at()),
                death.attempts(),
                death.container(),
                death.link(),
                death.error(),
                attempts);
    }

    private static AttemptItem item(int number, FailedAttempt attempt) {
        return new AttemptItem(
                number, Instant.ofEpochMilli(attempt.at()), attempt.container(), attempt.link(), attempt.error());
    }
}

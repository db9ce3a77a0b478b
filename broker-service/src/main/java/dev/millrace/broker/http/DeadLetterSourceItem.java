package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.DeadLetterSource;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A queue or subscription that has dead letters. */
@Schema(name = "DeadLetterSource")
public record DeadLetterSourceItem(
        @Schema(examples = "orders::inventory") String source,
        @Schema(examples = "12") long count,

        @Schema(examples = "2026-01-31T09:30:00Z", description = "When the oldest of them died")
        Instant oldestAt,

        @Schema(examples = "0.5", description = "How many die in a minute, of late")
        double perMinute,

        @Schema(examples = "{\"rejected\": 2, \"attempts-exhausted\": 10}")
        Map<String, Long> reasons) {

    private static DeadLetterSourceItem of(DeadLetterSource source) {
        Map<String, Long> reasons = new TreeMap<>();
        source.reasons().forEach((reason, count) -> reasons.put(reason.label(), count));
        return new DeadLetterSourceItem(
                source.source(),
                source.count(),
                Instant.ofEpochMilli(source.oldestAt()),
                Math.round(source.perMinute() * 100) / 100.0,
                reasons);
    }

    /** Sources by name. */
    @Schema(name = "DeadLetterSourcePage")
    public record Page(
            List<DeadLetterSourceItem> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "orders::inventory", nullable = true)
            String next) {

        static Page of(List<DeadLetterSource> all, String after, int limit) {
            List<DeadLetterSourceItem> rest = all.stream()
                    .filter(source -> after == null || source.source().compareTo(after) > 0)
                    .sorted(Comparator.comparing(DeadLetterSource::source))
                    .limit(limit + 1L)
                    .map(DeadLetterSourceItem::of)
                    .toList();
            return rest.size() <= limit
                    ? new Page(rest, null)
                    : new Page(rest.subList(0, limit), rest.get(limit - 1).source());
        }
    }
}

package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.ReplayView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A replay job. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Replay")
public record ReplayItem(
        UUID id,
        @Schema(examples = "orders::inventory") String source,

        @Schema(
                examples = "RUNNING",
                enumeration = {"RUNNING", "PAUSED", "COMPLETED", "CANCELLED", "FAILED"})
        String state,

        boolean dryRun,

        @Schema(examples = "12", description = "Dead letters that fit; grows while they are counted")
        long selected,

        @Schema(examples = "10", description = "How many of them were sent on")
        long replayed,

        @Schema(examples = "2", description = "How many of them were left where they are")
        long failed,

        Instant startedAt,
        Instant endedAt,
        @Schema(examples = "ada@example.org") String startedBy,

        @Schema(examples = "origin", description = "origin, or the address")
        String target,

        @Schema(examples = "4-17: was replayed 3 times already, maxReplays is 3")
        String lastError,

        @Schema(description = "Of a dry run: the first that it would send on")
        List<DeadLetterItem> samples) {

    static ReplayItem of(ReplayView view) {
        return new ReplayItem(
                view.id(),
                view.request().source(),
                view.state().name(),
                view.request().dryRun(),
                view.selected(),
                view.replayed(),
                view.failed(),
                Instant.ofEpochMilli(view.startedAt()),
                view.endedAt() == 0 ? null : Instant.ofEpochMilli(view.endedAt()),
                view.request().actor(),
                view.request().target() == null
                        ? ReplayReader.ORIGIN
                        : view.request().target(),
                view.lastError(),
                view.samples().stream().map(DeadLetterItem::of).toList());
    }

    /** Replays, newest first. */
    @Schema(name = "ReplayPage")
    public record Page(
            List<ReplayItem> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(nullable = true)
            String next) {

        static Page of(List<ReplayView> newestFirst, UUID after, int limit) {
            List<ReplayView> rest = newestFirst.stream()
                    .dropWhile(view -> after != null && !view.id().equals(after))
                    .skip(after == null ? 0 : 1)
                    .limit(limit + 1L)
                    .toList();
            List<ReplayItem> items =
                    rest.stream().limit(limit).map(ReplayItem::of).toList();
            return new Page(items, rest.size() > limit ? items.getLast().id().toString() : null);
        }
    }
}

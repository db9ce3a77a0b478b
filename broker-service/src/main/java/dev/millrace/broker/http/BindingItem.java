package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.BindingView;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One way from a topic into a queue. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Binding", description = "A topic's messages that fit go into the queue, too")
public record BindingItem(
        @Schema(examples = "orders") String topic,
        @Schema(examples = "audit") String queue,

        @Schema(examples = "order.*", nullable = true, description = "A pattern for the subject; left out for all")
        String subject,

        @Schema(
                examples = "tenant = 'acme'",
                nullable = true,
                description = "A condition as in Jakarta Messaging; left out for all")
        String selector,

        @Schema(examples = "4711", description = "Messages that went this way since the broker's start")
        long routed) {

    static BindingItem of(BindingView view) {
        return new BindingItem(
                view.topic(),
                view.queue(),
                view.selection().subject(),
                view.selection().selector(),
                view.routed());
    }

    /**
     * Bindings of one topic in the order of their queues' names.
     *
     * @param next the value of {@code after} for the next page; left out on the last one
     */
    @Schema(name = "BindingPage")
    public record Page(
            List<BindingItem> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "audit", nullable = true)
            String next) {

        /** The {@code limit} bindings that come after the queue {@code after} (null for the first ones). */
        static Page of(List<BindingView> all, String after, int limit) {
            List<BindingItem> rest = all.stream()
                    .filter(view -> after == null || view.queue().compareTo(after) > 0)
                    .limit(limit + 1L)
                    .map(BindingItem::of)
                    .toList();
            if (rest.size() <= limit) {
                return new Page(rest, null);
            }
            List<BindingItem> items = rest.subList(0, limit);
            return new Page(items, items.getLast().queue());
        }
    }
}

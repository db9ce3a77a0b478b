package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.broker.core.DestinationView;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Destinations in the order of their names.
 *
 * @param next the value of {@code after} for the next page; left out on the last one
 */
public record DestinationPage(
        List<DestinationItem> items,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "orders::inventory", nullable = true)
        String next) {

    /** The {@code limit} destinations that come after {@code after} (null for the first ones). */
    static DestinationPage of(List<DestinationView> all, String after, int limit) {
        List<DestinationItem> rest = all.stream()
                .filter(view -> after == null || view.name().compareTo(after) > 0)
                .sorted(Comparator.comparing(DestinationView::name))
                .limit(limit + 1L)
                .map(DestinationItem::of)
                .toList();
        if (rest.size() <= limit) {
            return new DestinationPage(rest, null);
        }
        List<DestinationItem> items = rest.subList(0, limit);
        return new DestinationPage(items, items.getLast().name());
    }
}

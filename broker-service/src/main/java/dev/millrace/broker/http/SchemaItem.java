package dev.millrace.broker.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.millrace.broker.core.SchemaView;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What the messages of one subject have to look like. */
@Schema(name = "MessageSchema", description = "Messages of this subject have to conform to the schema")
public record SchemaItem(
        @Schema(examples = "orders") String topic,
        @Schema(examples = "order.placed") String subject,

        @JsonRawValue @Schema(type = SchemaType.OBJECT, description = "JSON Schema, draft 2020-12")
        String schema) {

    static SchemaItem of(SchemaView view) {
        return new SchemaItem(view.topic(), view.subject(), view.schema());
    }

    /**
     * Schemas of one topic in the order of their subjects.
     *
     * @param next the value of {@code after} for the next page; left out on the last one
     */
    @Schema(name = "MessageSchemaPage")
    public record Page(
            List<SchemaItem> items,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(examples = "order.placed", nullable = true)
            String next) {

        /** The {@code limit} schemas that come after the subject {@code after} (null for the first ones). */
        static Page of(List<SchemaView> all, String after, int limit) {
            List<SchemaItem> rest = all.stream()
                    .filter(view -> after == null || view.subject().compareTo(after) > 0)
                    .limit(limit + 1L)
                    .map(SchemaItem::of)
                    .toList();
            if (rest.size() <= limit) {
                return new Page(rest, null);
            }
            List<SchemaItem> items = rest.subList(0, limit);
            return new Page(items, items.getLast().subject());
        }
    }
}

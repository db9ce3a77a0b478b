package dev.millrace.order;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** The outbox rows of an order. Whoever looks at one also checks it against its schema. */
@ApplicationScoped
public class ProducedEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final SchemaValidatorsConfig WITH_FORMATS =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private final DataSource dataSource;

    ProducedEvents(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** An event that was published. */
    public record Produced(
            String destination, String type, String source, String traceparent, Instant deliverAt, JsonNode data) {}

    /** Those of one order, in the order of their publication. */
    public List<Produced> of(Object orderId) throws SQLException, IOException {
        var query = "select destination, event_type, source, traceparent, deliver_at, payload"
                + " from outbox where aggregate_id = ? order by id";
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(query)) {
            statement.setString(1, orderId.toString());
            var events = new ArrayList<Produced>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var data = JSON.readTree(rows.getString("payload"));
                    checkSchema(rows.getString("event_type"), data);
                    var deliverAt = rows.getTimestamp("deliver_at");
                    events.add(new Produced(
                            rows.getString("destination"),
                            rows.getString("event_type"),
                            rows.getString("source"),
                            rows.getString("traceparent"),
                            deliverAt == null ? null : deliverAt.toInstant(),
                            data));
                }
            }
            return events;
        }
    }

    /** Just the types of {@link #of}. */
    public List<String> typesOf(Object orderId) throws SQLException, IOException {
        return of(orderId).stream().map(Produced::type).toList();
    }

    private static void checkSchema(String type, JsonNode data) throws IOException {
        try (var schema = ProducedEvents.class.getResourceAsStream("/events/" + type + ".json")) {
            assertEquals(
                    Set.of(),
                    SCHEMAS.getSchema(schema, WITH_FORMATS).validate(data),
                    () -> type + " against its schema: " + data);
        }
    }
}

package dev.millrace.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** The events in the outbox. Whoever looks at one also checks it against its schema. */
@ApplicationScoped
public class ProducedEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final DataSource dataSource;

    ProducedEvents(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** An event that was published. */
    public record Produced(String destination, String type, String source, Integer priority, JsonNode data) {}

    /** Those of one aggregate, in the order of their publication. */
    public List<Produced> of(Object aggregateId) throws SQLException, IOException {
        var query =
                "select destination, event_type, source, payload, priority from outbox where aggregate_id = ? order by id";
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(query)) {
            statement.setString(1, aggregateId.toString());
            var events = new ArrayList<Produced>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var data = JSON.readTree(rows.getString(4));
                    checkSchema(rows.getString(2), data);
                    events.add(new Produced(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getObject(5, Integer.class),
                            data));
                }
            }
            return events;
        }
    }

    /** Just the types of {@link #of}. */
    public List<String> typesOf(Object aggregateId) throws SQLException, IOException {
        return of(aggregateId).stream().map(Produced::type).toList();
    }

    static void checkSchema(String type, JsonNode data) throws IOException {
        try (var schema = ProducedEvents.class.getResourceAsStream("/events/" + type + ".json")) {
            assertEquals(
                    Set.of(), SCHEMAS.getSchema(schema).validate(data), () -> type + " against its schema: " + data);
        }
    }
}

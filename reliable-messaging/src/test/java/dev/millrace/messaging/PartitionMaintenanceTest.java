package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedDatabase.class)
@QuarkusTestResource(ScriptedBroker.class)
class PartitionMaintenanceTest {

    @Inject
    PartitionMaintenance maintenance;

    @Inject
    Outbox outbox;

    @Inject
    DataSource dataSource;

    @Test
    void aRowLandsInThePartitionOfItsDay() throws SQLException {
        var event = OutboxEvent.of("things", "thing.made", "thing-1", "{}");

        QuarkusTransaction.requiringNew().run(() -> outbox.publish(event));

        var row = Rows.of(
                        dataSource,
                        "select tableoid::regclass::text as partition from outbox where id = '" + event.id() + "'")
                .getFirst();
        assertNotEquals("outbox_default", row.get("partition"));
    }

    @Test
    void missingPartitionsAreMadeAndTheOthersLeftAlone() throws SQLException {
        assertEquals(0, maintenance.createAhead(), "the migration made them all");
        execute("drop table " + partition("outbox", 7));
        execute("drop table " + partition("inbox", 5));

        assertEquals(2, maintenance.createAhead());
        assertEquals(0, maintenance.createAhead());
    }

    @Test
    void aDayThatTheDefaultPartitionHasRowsOfStaysThere() throws SQLException {
        execute("drop table " + partition("inbox", 6));
        execute("insert into inbox values ('late', gen_random_uuid(), now() + interval '6 days')");

        assertEquals(0, maintenance.createAhead());

        execute("delete from inbox_default");
        assertEquals(1, maintenance.createAhead());
    }

    private static String partition(String table, int daysAhead) {
        return table + "_" + LocalDate.now(ZoneOffset.UTC).plusDays(daysAhead).format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private void execute(String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

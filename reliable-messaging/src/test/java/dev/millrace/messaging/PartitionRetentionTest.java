package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedDatabase.class)
@QuarkusTestResource(ScriptedBroker.class)
class PartitionRetentionTest {

    @Inject
    PartitionRetention retention;

    @Inject
    Outbox outbox;

    @Inject
    DataSource dataSource;

    @BeforeEach
    void relayedUpToNow() throws SQLException {
        execute(
                "insert into relay_position (slot, lsn, counted_from) values (current_user || '_outbox', '0/1', now())");
        execute("update relay_reconciled set up_to = now()");
    }

    @AfterEach
    void clean() throws SQLException {
        execute("delete from relay_position");
        for (String name : List.of(partition("outbox", 4), partition("outbox", 3), partition("inbox", 31))) {
            execute("drop table if exists " + name);
        }
    }

    @Test
    void whatIsPastItsTimeIsDropped() throws Exception {
        create("outbox", 4);
        create("outbox", 3); // its day ended less than three days ago
        create("inbox", 31);
        assertEquals(List.of(partition("outbox", 4), partition("inbox", 31)), retention.dropPast());
        assertEquals(List.of(), retention.dropPast());
    }

    @Test
    void whatIsNotPublishedYetStays() throws Exception {
        create("outbox", 4);
        execute("update relay_position set counted_from = now() - interval '5 days'");
        assertEquals(List.of(), retention.dropPast());
        execute("update relay_position set counted_from = now()");
        execute("update relay_reconciled set up_to = now() - interval '5 days'");
        assertEquals(List.of(), retention.dropPast());
        execute("update relay_reconciled set up_to = now()");
        assertEquals(List.of(partition("outbox", 4)), retention.dropPast());
    }

    @Test
    void writersGoOnWhileADropWaitsForALongTransaction() throws Exception {
        create("outbox", 4);
        CompletableFuture<List<String>> dropping;
        try (var reader = dataSource.getConnection();
                var statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select count(*) from outbox");
            dropping = CompletableFuture.supplyAsync(this::dropPast);
            for (int i = 0; i < 20; i++) {
                long before = System.nanoTime();
                publish();
                long millis = (System.nanoTime() - before) / 1_000_000;
                assertTrue(millis < 2_000, "a writer waited for " + millis + " ms");
            }
            assertEquals(1, count(partition("outbox", 4)), "it is not dropped while somebody reads");
            reader.rollback();
        }
        assertEquals(List.of(partition("outbox", 4)), dropping.get(20, TimeUnit.SECONDS));
    }

    private List<String> dropPast() {
        try {
            return retention.dropPast();
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void publish() {
        QuarkusTransaction.requiringNew()
                .timeout((int) Duration.ofSeconds(10).toSeconds())
                .run(() -> outbox.publish(OutboxEvent.of("things", "thing.made", "thing-1", "{}")));
    }

    private int count(String partition) throws SQLException {
        return Rows.of(dataSource, "select relname from pg_class where relname = '" + partition + "'")
                .size();
    }

    private void create(String table, int daysAgo) throws SQLException {
        LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(daysAgo);
        execute("create table %s partition of %s for values from ('%s 00:00:00+00') to ('%s 00:00:00+00')"
                .formatted(partition(table, daysAgo), table, day, day.plusDays(1)));
    }

    private static String partition(String table, int daysAgo) {
        return table + "_" + LocalDate.now(ZoneOffset.UTC).minusDays(daysAgo).format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private void execute(String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

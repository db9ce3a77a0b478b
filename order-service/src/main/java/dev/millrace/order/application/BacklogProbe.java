package dev.millrace.order.application;

import dev.millrace.messaging.OutboxBacklog;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Measures the {@link Backlog}, with a few milliseconds of index reads. */
@ApplicationScoped
class BacklogProbe {

    private static final int RATE_SECONDS = 3;

    // Counted from the events, not from this instance's doings: other instances place and settle orders, too.
    private static final String MEASURE = """
            select (select count(*) from (select 1 from orders where status = 'PENDING' limit ?) pending),
                   (select count(*) from outbox where created_at > now() - ? * interval '1 second'
                        and event_type in ('order.confirmed', 'order.rejected'))
            """;

    private final DataSource dataSource;
    private final OutboxBacklog outbox;

    BacklogProbe(DataSource dataSource, OutboxBacklog outbox) {
        this.dataSource = dataSource;
        this.outbox = outbox;
    }

    Backlog measure(AdmissionRule rule) throws SQLException {
        long unpublished = outbox.events(rule.maxUnpublished() + 1);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(MEASURE)) {
            query.setInt(1, rule.maxPending() + 1);
            query.setInt(2, RATE_SECONDS);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new Backlog(row.getLong(1), (double) row.getLong(2) / RATE_SECONDS, unpublished);
            }
        }
    }
}

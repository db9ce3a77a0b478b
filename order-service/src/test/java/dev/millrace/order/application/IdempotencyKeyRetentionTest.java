package dev.millrace.order.application;

import static dev.millrace.order.Requests.CUP;
import static dev.millrace.order.Requests.body;
import static dev.millrace.order.Requests.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millrace.order.OrderStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class IdempotencyKeyRetentionTest {

    @Inject
    IdempotencyKeyRetention retention;

    @Inject
    DataSource dataSource;

    @Test
    void aKeyIsForgottenAfterItsTimeAndNotBefore() throws Exception {
        String old = UUID.randomUUID().toString();
        String young = UUID.randomUUID().toString();
        String orderOfOld = order(old);
        String orderOfYoung = order(young);
        age(old, "31 days");
        age(young, "29 days");

        assertEquals(1, retention.forget(Instant.now()));

        assertEquals(orderOfYoung, order(young));
        assertNotEquals(orderOfOld, order(old));
    }

    private static String order(String key) {
        return post(key, body(CUP, 1)).then().statusCode(201).extract().path("id");
    }

    private void age(String key, String age) throws SQLException {
        try (var connection = dataSource.getConnection();
                var update = connection.prepareStatement(
                        "update idempotency_key set created_at = now() - ?::interval where key = ?")) {
            update.setString(1, age);
            update.setString(2, key);
            update.executeUpdate();
        }
    }
}

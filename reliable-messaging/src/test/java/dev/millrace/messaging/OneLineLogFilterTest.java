package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class OneLineLogFilterTest {
    private final OneLineLogFilter filter = new OneLineLogFilter();

    @Test
    void aFailedStartForWantOfADatabaseIsOneSentence() {
        var refused = new SQLException("Connection to postgres:5432 refused.", "08001");
        LogRecord record = record("Failed to start application", new RuntimeException(new RuntimeException(refused)));

        assertTrue(filter.isLoggable(record));

        assertEquals(
                "The database does not answer, so this service ends: Connection to postgres:5432 refused.",
                record.getMessage());
        assertNull(record.getThrown());
    }

    @Test
    void anyOtherFailedStartKeepsItsStackTrace() {
        var wrong = new RuntimeException(new SQLException("syntax error", "42601"));
        LogRecord record = record("Failed to start application", wrong);

        assertTrue(filter.isLoggable(record));

        assertSame(wrong, record.getThrown());
        assertEquals("Failed to start application", record.getMessage());
    }

    @Test
    void anAttemptToReachTheDatabaseIsOneLine() {
        LogRecord record = record("Connection error: refused\n(Caused by postgres)\nRetrying in 2 sec...", null);

        assertTrue(filter.isLoggable(record));

        assertEquals("Connection error: refused (Caused by postgres) Retrying in 2 sec...", record.getMessage());
    }

    @Test
    void aLostConnectionHasNoStackTrace() {
        LogRecord record = record("SRMSG16214: gone", new RuntimeException("reset by peer"));

        assertTrue(filter.isLoggable(record));

        assertEquals("SRMSG16214: AMQP connection lost (reset by peer), reconnecting", record.getMessage());
        assertNull(record.getThrown());
    }

    @Test
    void aBrokerThatIsNotThereHasNoStackTrace() {
        LogRecord record = record("SRMSG16215: gone", new RuntimeException("Connection refused: broker:5672"));

        assertTrue(filter.isLoggable(record));

        assertEquals(
                "SRMSG16215: The broker cannot be reached (Connection refused: broker:5672), trying again",
                record.getMessage());
        assertNull(record.getThrown());
    }

    @Test
    void whatTheDecoratorLogsBetterIsLeftOut() {
        assertFalse(filter.isLoggable(record("SRMSG00200: The method has thrown", new RuntimeException())));
    }

    private static LogRecord record(String message, Throwable thrown) {
        var record = new LogRecord(Level.WARNING, message);
        record.setThrown(thrown);
        return record;
    }
}

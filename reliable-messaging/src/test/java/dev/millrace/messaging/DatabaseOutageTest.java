package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseOutageTest {

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08003", "08006", "57P01", "57P02", "57P03", "53300"})
    void aDatabaseThatIsGoneOrDoesNotServeIsAnOutage(String state) {
        assertTrue(DatabaseOutage.isCauseOf(new SQLException("gone", state)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "40001", "57014", "42P01", "22003"})
    void aStatementThatTheDatabaseRefusedIsNot(String state) {
        assertFalse(DatabaseOutage.isCauseOf(new SQLException("refused", state)));
    }

    @Test
    void aPoolThatHasNoConnectionToGiveIsAnOutage() {
        assertTrue(DatabaseOutage.isCauseOf(new SQLException("Sorry, acquisition timeout!")));
        assertTrue(DatabaseOutage.isCauseOf(new SQLException("Acquisition timeout while waiting for new connection")));
        assertFalse(DatabaseOutage.isCauseOf(new SQLException("anything else")));
    }

    @Test
    void itIsFoundHoweverDeepItIsWrappedOrSuppressed() {
        var lost = new SQLException("I/O error", "08006", new IOException("reset"));
        var rolledBack = new IllegalStateException("could not commit");
        rolledBack.addSuppressed(new RuntimeException(lost));

        assertTrue(DatabaseOutage.isCauseOf(new RuntimeException(new IllegalStateException(lost))));
        assertTrue(DatabaseOutage.isCauseOf(new RuntimeException(rolledBack)));
    }

    @Test
    void aCycleOfCausesEnds() {
        var one = new RuntimeException("one");
        one.initCause(new RuntimeException("two", one));

        assertFalse(DatabaseOutage.isCauseOf(one));
        assertFalse(DatabaseOutage.isCauseOf(new IOException("not the database")));
    }
}

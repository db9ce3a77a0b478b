package dev.millrace.relay.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeTest {
    private static Rejected rejected(String condition) {
        var rejected = new Rejected();
        rejected.setError(new ErrorCondition(Symbol.valueOf(condition), "because"));
        return rejected;
    }

    @Test
    void acceptedIsDone() {
        assertInstanceOf(Outcome.Done.class, Outcome.of(Accepted.getInstance()));
    }

    @Test
    void releasedAndModifiedAreForLater() {
        assertInstanceOf(Outcome.Later.class, Outcome.of(Released.getInstance()));
        var modified = new Modified();
        modified.setDeliveryFailed(true);
        assertInstanceOf(Outcome.Later.class, Outcome.of(modified));
        assertInstanceOf(Outcome.Later.class, Outcome.of(null), "settled without an outcome");
    }

    @Test
    void undeliverableHereIsForGood() {
        var modified = new Modified();
        modified.setUndeliverableHere(true);
        assertInstanceOf(Outcome.Never.class, Outcome.of(modified));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"amqp:link:message-size-exceeded", "amqp:precondition-failed", "amqp:decode-error", "x:unknown"})
    void aRejectionIsForGood(String condition) {
        assertEquals(new Outcome.Never(condition, "because"), Outcome.of(rejected(condition)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp:resource-limit-exceeded", "amqp:internal-error"})
    void aRejectionBecauseOfTheBrokersStateIsForLater(String condition) {
        assertEquals(new Outcome.Later(condition, "because"), Outcome.of(rejected(condition)));
    }

    @Test
    void aRejectionWithoutAReasonIsForGood() {
        assertInstanceOf(Outcome.Never.class, Outcome.of(new Rejected()));
    }
}

package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FailureKindTest {

    @Test
    void aPermanentFailureIsPermanentHoweverDeepItIsWrapped() {
        var permanent = new PermanentFailure("never");

        assertEquals(FailureKind.PERMANENT, FailureKind.of(permanent));
        assertEquals(FailureKind.PERMANENT, FailureKind.of(new RuntimeException(new IllegalStateException(permanent))));
    }

    @Test
    void anythingElseIsWorthARetry() {
        assertEquals(FailureKind.TRANSIENT, FailureKind.of(new TransientFailure("not now")));
        assertEquals(FailureKind.TRANSIENT, FailureKind.of(new NullPointerException()));
        assertEquals(FailureKind.TRANSIENT, FailureKind.of(new AssertionError()));
    }

    @Test
    void aCycleOfCausesEnds() {
        var one = new RuntimeException("one");
        one.initCause(new RuntimeException("two", one));

        assertEquals(FailureKind.TRANSIENT, FailureKind.of(one));
    }
}

package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReasonTest {

    @Test
    void classesAndMessagesOfTheFailureAndItsCauses() {
        var failure = new PermanentFailure("the body does not fit", new IOException("unexpected end\nat [Source: …]"));

        assertEquals(
                "PermanentFailure: the body does not fit, caused by IOException: unexpected end",
                FailureReason.of(failure));
    }

    @Test
    void aWrapperThatOnlyRepeatsItsCauseIsJustNamed() {
        assertEquals(
                "RuntimeException, caused by TransientFailure: not now",
                FailureReason.of(new RuntimeException(new TransientFailure("not now"))));
        assertEquals("NullPointerException", FailureReason.of(new NullPointerException()));
        assertEquals("PermanentFailure: never", FailureReason.of(new PermanentFailure("never") {}));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            550 no such user <ada.lovelace+1@mail.example.org>     | 550 no such user <***>
            Key (email)=(ada@example.org) exists                    | Key (email)=(***) exists
            amqp://shop:geheim@broker:5672 is away                  | amqp://***@broker:5672 is away
            login failed: user=shop password=geheim, retry          | login failed: user=shop password=***, retry
            {"access_token": "geheim geheim", "n": 1}               | {"access_token": ***, "n": 1}
            401 for Authorization: Basic Z2VoZWltOmdlaGVpbQ==       | 401 for Authorization: ***
            refused Bearer geheim.geheim by the mail server         | refused *** by the mail server
            got eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.geheim here     | got *** here
            Unrecognized token 'not': was expecting JSON            | Unrecognized token 'not': was expecting JSON
            quantity of cup-7 is 0, expected at least 1             | quantity of cup-7 is 0, expected at least 1
            """)
    void whatMayBeSecretIsHidden(String message, String told) {
        String reason = FailureReason.of(new TransientFailure("it failed", new IOException(message)));

        assertEquals("TransientFailure: it failed, caused by IOException: " + told, reason);
    }

    @Test
    void aSecretBehindTheCutIsNoMoreTold() {
        String reason = FailureReason.of(new TransientFailure("x".repeat(480) + " password=geheim"));

        assertEquals(FailureReason.MAX_CHARS, reason.length());
        assertFalse(reason.contains("geh"), reason);
    }

    @Test
    void itIsShortWhateverTheFailureSays() {
        var one = new RuntimeException("one ".repeat(100_000));
        one.initCause(new RuntimeException("two", one));

        assertTrue(FailureReason.of(one).length() <= FailureReason.MAX_CHARS);
    }
}

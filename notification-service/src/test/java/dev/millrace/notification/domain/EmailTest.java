package dev.millrace.notification.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmailTest {

    private static final UUID ORDER = UUID.fromString("0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6");

    @Test
    void aConfirmationNamesOrderLinesAndTotal() {
        var email = Email.about(order(NotificationKind.ORDER_CONFIRMED, "Ada", null));

        assertEquals("Your order " + ORDER + " is confirmed", email.subject());
        assertEquals("""
                Hello Ada,

                your order %s is confirmed.

                  2 x Espresso cup at 5.50 EUR

                Total: 11.00 EUR
                """.formatted(ORDER), email.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ORDER_REJECTED  | OUT_OF_STOCK     | could not be accepted: something in it is out of stock.",
                "ORDER_CANCELLED | CUSTOMER_REQUEST | is cancelled, as you asked.",
                "ORDER_CANCELLED | TIMED_OUT        | is cancelled: it could not be completed in time.",
                "ORDER_REJECTED  | BAD_WEATHER      | could not be accepted: bad weather.",
            })
    void aRefusalSaysWhy(NotificationKind kind, String reason, String sentence) {
        assertTrue(Email.about(order(kind, "Ada", reason)).text().contains(sentence));
    }

    @Test
    void aNameCannotWriteIntoTheHeadersOrFillTheText() {
        var email = Email.about(
                order(NotificationKind.ORDER_CONFIRMED, "Ada\r\nBcc: all@example.org" + "x".repeat(500), null));

        assertFalse(email.subject().contains("\n"));
        assertTrue(email.text().startsWith("Hello Ada Bcc: all@example.orgx"));
        assertTrue(email.text().lines().findFirst().orElseThrow().length() < 220);
        assertEquals("a b", new Email(" a\r\n b ", "text").subject());
    }

    private static OrderOutcome order(NotificationKind kind, String name, String reason) {
        var line = new OrderOutcome.Line("espresso-cup", "Espresso cup", 2, "5.50");
        return new OrderOutcome(ORDER, kind, name, "ada@example.org", List.of(line), "11.00", "EUR", reason);
    }
}

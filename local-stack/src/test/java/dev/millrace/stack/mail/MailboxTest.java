package dev.millrace.stack.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailboxTest {
    @Test
    void losesTheOldestMailWhenItIsFull() {
        var mailbox = new Mailbox(2);
        mailbox.add(mail("1"));
        mailbox.add(mail("2"));
        mailbox.add(mail("3"));
        assertEquals(
                List.of("3", "2"),
                mailbox.mails().stream().map(CapturedMail::id).toList());
        assertEquals(1, mailbox.dropped());
    }

    private static CapturedMail mail(String id) {
        var somebody = new MailAddress("", "ada@example.org");
        return new CapturedMail(
                id,
                "",
                somebody,
                List.of(somebody),
                List.of(),
                List.of(),
                "",
                List.of(),
                "",
                Instant.EPOCH,
                0,
                "",
                "",
                Map.of());
    }
}

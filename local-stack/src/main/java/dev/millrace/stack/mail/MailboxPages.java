package dev.millrace.stack.mail;

import java.util.List;
import java.util.stream.Collectors;

/** The mailbox for people: the list under {@code /}, one mail under {@code /view/{id}}. */
final class MailboxPages {
    private static final int SHOWN = 200;
    private static final String FRAME = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            %s
            <title>%s</title>
            <style>
              :root { color-scheme: light dark; }
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
              table { border-collapse: collapse; width: 100%%; }
              th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; }
              pre { white-space: pre-wrap; font: inherit; }
              .quiet { opacity: .7; }
            </style>
            </head>
            <body>
            %s
            </body>
            </html>
            """;

    private final Mailbox mailbox;

    MailboxPages(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    MailboxAnswer answer(MailboxRequest request) {
        if (request.path().equals("/")) {
            return MailboxAnswer.html(200, list(mailbox.mails()));
        }
        String id = request.path().replaceFirst("^/view/", "");
        return mailbox.find(id)
                .map(mail -> MailboxAnswer.html(200, view(mail)))
                .orElseGet(() -> MailboxAnswer.html(
                        404, page("Not found", "", "<p>There is no such mail here. <a href=\"/\">All mails</a></p>")));
    }

    private String list(List<CapturedMail> mails) {
        String rows = mails.stream().limit(SHOWN).map(MailboxPages::row).collect(Collectors.joining("\n"));
        String body = mails.isEmpty()
                ? "<h1>Mailbox</h1><p class=\"quiet\">No mail has arrived yet.</p>"
                : """
                <h1>Mailbox</h1>
                <p class="quiet">%d mails, newest first; at most %d are shown here and %d kept.</p>
                <table>
                <thead><tr><th scope="col">Received</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead>
                <tbody>
                %s
                </tbody>
                </table>
                """.formatted(mails.size(), SHOWN, Mailbox.CAPACITY, rows);
        return page("Mailbox", "<meta http-equiv=\"refresh\" content=\"5\">", body);
    }

    private static String row(CapturedMail mail) {
        return "<tr><td>%s</td><td>%s</td><td><a href=\"/view/%s\">%s</a></td></tr>"
                .formatted(
                        mail.receivedAt(),
                        recipients(mail),
                        mail.id(),
                        escaped(mail.subject().isBlank() ? "(no subject)" : mail.subject()));
    }

    private static String view(CapturedMail mail) {
        String body = """
                <p><a href="/">All mails</a></p>
                <h1>%s</h1>
                <p>From %s<br>To %s<br><time>%s</time></p>
                <pre>%s</pre>
                """.formatted(
                        escaped(mail.subject()),
                        escaped(mail.from().toString()),
                        recipients(mail),
                        mail.receivedAt(),
                        escaped(mail.text().isEmpty() ? mail.html() : mail.text()));
        return page(mail.subject(), "", body);
    }

    private static String recipients(CapturedMail mail) {
        return escaped(mail.to().stream().map(MailAddress::toString).collect(Collectors.joining(", ")));
    }

    private static String page(String title, String head, String body) {
        return FRAME.formatted(head, escaped(title), body);
    }

    /** Mails come from anywhere: nothing of them may become markup. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}

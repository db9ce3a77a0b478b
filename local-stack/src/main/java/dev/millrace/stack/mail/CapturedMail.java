package dev.millrace.stack.mail;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One mail as it arrived.
 *
 * @param id the mailbox's own, URL-safe
 * @param messageId the Message-ID header without its angle brackets, or empty
 * @param returnPath the envelope's sender
 * @param envelopeRecipients whom it was delivered to, headers or not
 * @param receivedAt when the mailbox took it
 * @param size bytes of the whole message
 * @param text plain text, or empty
 * @param html HTML text, or empty
 * @param headers all headers by name, each with its values in their order
 */
public record CapturedMail(
        String id,
        String messageId,
        MailAddress from,
        List<MailAddress> to,
        List<MailAddress> cc,
        List<MailAddress> replyTo,
        String returnPath,
        List<String> envelopeRecipients,
        String subject,
        Instant receivedAt,
        int size,
        String text,
        String html,
        Map<String, List<String>> headers) {

    private static final int SNIPPET_LENGTH = 200;

    /** The beginning of the text on one line. */
    public String snippet() {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SNIPPET_LENGTH ? line : line.substring(0, SNIPPET_LENGTH) + "...";
    }
}

package dev.millrace.notification.application;

import dev.millrace.messaging.TraceContext;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.Mailer;
import io.vertx.ext.mail.SMTPException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Pattern;

/** The mail server, and what its refusals mean (RFC 5321, section 4.2.1). */
@ApplicationScoped
class MailServer {

    /** One bare address. A mail client would also take "somebody \r\n <another@example.org>", and write to the latter. */
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>,;:\"@]{1,64}@[^\\s<>,;:\"@]{1,255}");

    private final Mailer mailer;
    private final TraceContext trace;

    MailServer(Mailer mailer, TraceContext trace) {
        this.mailer = mailer;
        this.trace = trace;
    }

    /**
     * Hands an e-mail over; when this returns, the server has taken it.
     *
     * @throws MailRefusedException if it never will
     * @throws MailNotSentException if another attempt may succeed
     */
    void send(EmailJob job) {
        requireAddress(job.recipient());
        var mail = Mail.withText(job.recipient(), job.subject(), job.text())
                .addHeader("X-Notification-Id", job.notificationId().toString())
                .addHeader("X-Order-Id", job.orderId().toString())
                // Made from the notification's id: should the e-mail go out twice after all, mailboxes can tell.
                .addHeader("Message-ID", "<%s@millrace>".formatted(job.notificationId()))
                .addHeader("Auto-Submitted", "auto-generated");
        // The last link of the trace that began with the customer's request.
        trace.current().ifPresent(parent -> mail.addHeader("traceparent", parent));
        try {
            mailer.send(mail);
        } catch (RuntimeException e) {
            throw refusal(e);
        }
    }

    private static void requireAddress(String recipient) {
        if (!ADDRESS.matcher(recipient).matches()) {
            throw new MailRefusedException("not an e-mail address: " + recipient.replaceAll("\\p{Cntrl}", "?"), null);
        }
    }

    private static RuntimeException refusal(RuntimeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SMTPException)) {
            cause = cause.getCause();
        }
        if (cause instanceof SMTPException smtp) {
            String reply = "the mail server answered " + smtp.getReplyMessage();
            return concernsThisMail(smtp)
                    ? new MailRefusedException(reply, smtp)
                    : new MailNotSentException(reply, smtp);
        }
        return new MailNotSentException("the mail server gave no answer: " + cause, failure);
    }

    /** 53x are refusals of us (authentication, encryption), which people can mend; the e-mail waits for that. */
    private static boolean concernsThisMail(SMTPException smtp) {
        return smtp.isPermanent() && smtp.getReplyCode() / 10 != 53;
    }
}

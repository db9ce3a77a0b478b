package dev.millrace.notification.application;

import dev.millrace.messaging.PermanentFailure;
import dev.millrace.messaging.TransientFailure;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Sends the e-mail of one job, once.
 *
 * <p>Three steps: claim the notification's row (one short transaction), talk to the mail server (no transaction), mark
 * the row SENT (another short transaction). A single transaction around all three would need no claim, but it would
 * hold a database connection and a row lock for as long as a mail server likes to take, 10 s where it hangs: the pool
 * would be empty when mail is slow, and the vacuum would wait for the oldest of them.
 *
 * <p>No inbox row is written here: the notification's row is locked, checked and changed anyway, and its status says the
 * same thing for longer.
 *
 * <p><b>The window that remains.</b> Mail servers take part in no transaction. If this process is killed, or the
 * database is away for long, between the server's "250 OK" and the commit of SENT, the e-mail is out but the row does
 * not say so, and the redelivered job sends it again. Nothing on this side can close that window; it is one update wide,
 * that update is repeated through a database restart, and the second e-mail bears the same Message-ID.
 */
@ApplicationScoped
public class EmailDispatch {

    private final Claims claims;
    private final MailServer mailServer;
    private final MeterRegistry meters;

    EmailDispatch(Claims claims, MailServer mailServer, MeterRegistry meters) {
        this.claims = claims;
        this.mailServer = mailServer;
        this.meters = meters;
    }

    /**
     * Returns when the e-mail has been sent, now or earlier.
     *
     * @throws TransientFailure if another attempt may succeed; it has been counted in the row. Also if there is no such
     *     notification: the relay reads a commit from the write-ahead log a moment before PostgreSQL shows it to other
     *     transactions, so a job can be here first
     * @throws PermanentFailure if none will: the mail server refuses the e-mail
     */
    public void send(EmailJob job) {
        var claim = claims.claim(job.notificationId())
                .orElseThrow(() -> new TransientFailure("there is no notification " + job.notificationId() + " (yet)"));
        switch (claim) {
            case GRANTED -> sendClaimed(job);
            case ALREADY_SENT -> count("already-sent");
            case TAKEN -> {
                count("taken");
                throw new TransientFailure("another worker is sending notification " + job.notificationId());
            }
        }
    }

    private void sendClaimed(EmailJob job) {
        try {
            mailServer.send(job);
        } catch (MailRefusedException e) {
            claims.failed(job.notificationId(), e.getMessage());
            count("refused");
            throw new PermanentFailure("notification " + job.notificationId() + " cannot be sent", e);
        } catch (MailNotSentException e) {
            claims.giveBack(job.notificationId(), e.getMessage());
            count("not-sent");
            throw new TransientFailure("notification " + job.notificationId() + " was not sent", e);
        }
        claims.sent(job.notificationId(), job.recipient());
        count("sent");
    }

    private void count(String outcome) {
        meters.counter("notification.emails", "outcome", outcome).increment();
    }
}

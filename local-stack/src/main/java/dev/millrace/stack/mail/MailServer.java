package dev.millrace.stack.mail;

import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.StartFailure;
import jakarta.mail.MessagingException;
import java.net.URI;
import java.time.Clock;
import java.util.List;

/**
 * A mail server that takes every mail to everybody and sends none on: SMTP on one port, the {@link Mailbox} over HTTP on
 * another (pages for people, a part of Mailpit's API for tests). In this process, nothing on disk.
 *
 * <p>For tests: {@code try (var mail = MailServer.onFreePorts()) { mail.smtpPort() … mail.mailbox().to("ada@…") }}.
 */
public final class MailServer implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final long START_LIMIT_MILLIS = 10_000;

    private final Mailbox mailbox = new Mailbox();
    private final GreenMail smtp;
    private final MailboxHttp http;
    private final String host;
    private final int smtpPort;

    private MailServer(String host, int smtpPort, int httpPort) {
        this.host = host;
        this.smtpPort = smtpPort;
        var setup = new ServerSetup(smtpPort, host, ServerSetup.PROTOCOL_SMTP);
        setup.setServerStartupTimeout(START_LIMIT_MILLIS);
        this.smtp = new PromptGreenMail(setup);
        this.http = new MailboxHttp(mailbox, host, httpPort);
    }

    /**
     * Starts it on loopback.
     *
     * @throws StartFailure if a port cannot be listened on
     */
    public static MailServer start(int smtpPort, int httpPort) {
        return start(LOOPBACK, smtpPort, httpPort);
    }

    /**
     * Starts it.
     *
     * @param host address to listen on
     * @throws StartFailure if a port cannot be listened on
     */
    static MailServer start(String host, int smtpPort, int httpPort) {
        var server = new MailServer(host, smtpPort, httpPort);
        try {
            server.smtp.start();
            server.captureEverything();
            server.http.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw new StartFailure(
                    "The mail server could not listen on ports %d and %d (%s): set SMTP_PORT and MAILBOX_HTTP_PORT to free ones."
                            .formatted(smtpPort, httpPort, e.getMessage()),
                    e);
        }
    }

    /** Starts it on two free ports. */
    public static MailServer onFreePorts() {
        List<Integer> ports = FreePorts.several(2);
        return start(ports.get(0), ports.get(1));
    }

    /** Address that it listens on. */
    public String host() {
        return host;
    }

    /** SMTP port on {@link #host()}. */
    public int smtpPort() {
        return smtpPort;
    }

    /** Root of the mailbox's pages and API, without a slash at the end. */
    public URI mailboxUrl() {
        return http.baseUrl();
    }

    /** What arrived. */
    public Mailbox mailbox() {
        return mailbox;
    }

    /** Stops both servers; what arrived is gone. */
    @Override
    public void close() {
        http.close();
        smtp.stop();
    }

    private void captureEverything() {
        UserManager users = smtp.getManagers().getUserManager();
        try {
            GreenMailUser sink = users.createUser("everybody@localhost", "everybody", "everybody");
            users.setMessageDeliveryHandler((delivery, recipient) -> {
                capture(delivery, recipient);
                // Otherwise GreenMail makes one account per recipient and keeps every mail for ever.
                emptyInbox(sink);
                return sink;
            });
        } catch (UserException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Called once for each recipient; a mail with several is captured once. */
    private void capture(MovingMessage delivery, com.icegreen.greenmail.mail.MailAddress recipient)
            throws MessagingException {
        boolean first = delivery.getToAddresses().iterator().next().equals(recipient);
        if (first) {
            mailbox.add(MailParser.parse(delivery, Clock.systemUTC().instant()));
        }
    }

    private void emptyInbox(GreenMailUser sink) {
        try {
            smtp.getManagers().getImapHostManager().getInbox(sink).deleteAllMessages();
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
    }
}

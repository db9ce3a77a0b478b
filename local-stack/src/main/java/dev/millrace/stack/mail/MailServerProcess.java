package dev.millrace.stack.mail;

/**
 * The mail server as a process of its own, on all interfaces and Mailpit's ports: what stands in for Mailpit where its
 * image cannot be had. Ends on SIGTERM.
 */
final class MailServerProcess {
    private static final int SMTP_PORT = 1025;
    private static final int HTTP_PORT = 8025;

    private MailServerProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (MailServer server = MailServer.start("0.0.0.0", SMTP_PORT, HTTP_PORT)) {
            System.out.println("SMTP on port " + server.smtpPort() + ", mailbox on " + server.mailboxUrl());
            Thread.currentThread().join();
        }
    }
}

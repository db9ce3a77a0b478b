package dev.millrace.notification.application;

/** The mail server refuses this e-mail for ever, e.g. because there is no such mailbox. */
class MailRefusedException extends RuntimeException {

    MailRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

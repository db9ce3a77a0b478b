package dev.millrace.notification.application;

/** The e-mail could not be handed over this time: the server is away, busy, or not content with us. */
class MailNotSentException extends RuntimeException {

    MailNotSentException(String message, Throwable cause) {
        super(message, cause);
    }
}

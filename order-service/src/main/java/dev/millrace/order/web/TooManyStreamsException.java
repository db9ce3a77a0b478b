package dev.millrace.order.web;

/** The limit of open event streams is reached. */
class TooManyStreamsException extends RuntimeException {

    static final int RETRY_AFTER_SECONDS = 5;

    TooManyStreamsException(int max) {
        super(max + " event streams are open, which is the limit; poll the order meanwhile");
    }
}

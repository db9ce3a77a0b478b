package dev.millrace.broker.history;

import java.io.IOException;

/** A file that has a segment's name and is none, or is damaged. */
final class UnreadableFileException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableFileException(String message) {
        super(message);
    }
}

package dev.millrace.broker.log;

import java.io.IOException;

/** The disk refused a write or a sync. What it holds is unknown from here on: the process has to end and recover. */
public final class LogFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LogFailedException(String what, IOException cause) {
        super(what + " failed: " + cause.getMessage(), cause);
    }
}

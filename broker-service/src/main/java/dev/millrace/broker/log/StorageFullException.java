package dev.millrace.broker.log;

import java.io.IOException;

/** A file could not be made or extended because there is no space left. What had been written before is not affected. */
public final class StorageFullException extends IOException {

    private static final long serialVersionUID = 1L;

    public StorageFullException(String message, IOException cause) {
        super(message, cause);
    }
}

package dev.millrace.broker.engine;

import dev.millrace.broker.log.LogFailedException;
import dev.millrace.broker.log.StorageUnavailableException;
import java.io.IOException;

/**
 * What the core does while there is no space for a segment that it cannot do without: at the start it gives up, then it
 * waits for space, and at the stop it gives up again. Nothing that was accepted is lost by any of it.
 */
final class FullDisk implements Runnable {

    private static final long PAUSE_MILLIS = 200;

    private enum Phase {
        STARTING,
        RUNNING,
        STOPPING
    }

    private volatile Phase phase = Phase.STARTING;

    void started() {
        phase = Phase.RUNNING;
    }

    void stop() {
        phase = Phase.STOPPING;
    }

    @Override
    public void run() {
        switch (phase) {
            case STARTING ->
                throw new StorageUnavailableException("The disk of the data directory is full: there is no space for a"
                        + " segment of the log; free some and start again.");
            case RUNNING -> pause();
            case STOPPING ->
                throw new LogFailedException("Making a log segment", new IOException("no space before the stop"));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogFailedException("Making a log segment", new IOException("interrupted", e));
        }
    }
}

package dev.millrace.e2e.system;

import dev.millrace.e2e.client.HttpJson;
import dev.millrace.stack.ApplicationProcess;
import java.time.Duration;

/** A process of an application beside the stack's own. */
public final class Instance implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final ApplicationProcess process;

    private Instance(ApplicationProcess process) {
        this.process = process;
    }

    /** Starts it and waits until it is ready. */
    static Instance start(ApplicationProcess process) {
        process.start();
        var instance = new Instance(process);
        try {
            process.awaitReady(START_LIMIT);
            return instance;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            instance.close();
            throw new IllegalStateException(process.name() + " was not started: interrupted", e);
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    /** Its HTTP interface. */
    public HttpJson http() {
        return new HttpJson(process.baseUrl());
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** Stops it in good order. */
    @Override
    public void close() {
        process.stop();
    }
}

package dev.millrace.e2e.system;

import dev.millrace.stack.Part;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A system that somebody else started; killed, stopped and started again by commands, if they are given. */
final class UrlTarget implements Target {
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);

    @Override
    public URI url(Part part) {
        Setting setting =
                switch (part) {
                    case ORDER -> Setting.E2E_ORDER_URL;
                    case INVENTORY -> Setting.E2E_INVENTORY_URL;
                    case NOTIFICATION -> Setting.E2E_NOTIFICATION_URL;
                    case RELAY -> Setting.E2E_RELAY_URL;
                    case BROKER -> Setting.E2E_BROKER_URL;
                    case MAIL -> Setting.E2E_MAILBOX_URL;
                    case POSTGRES -> throw new IllegalArgumentException("PostgreSQL has no URL");
                };
        return URI.create(setting.value().replaceFirst("/+$", ""));
    }

    @Override
    public AmqpEndpoint amqp() {
        return AmqpEndpoint.of(
                Setting.E2E_BROKER_AMQP.value(),
                Setting.E2E_BROKER_USER.find().orElse(null),
                Setting.E2E_BROKER_PASSWORD.find().orElse(null));
    }

    @Override
    public Duration orderTimeout() {
        return Duration.parse(Setting.E2E_ORDER_TIMEOUT.value());
    }

    @Override
    public boolean allowsFaults() {
        return Setting.E2E_KILL.find().isPresent()
                && Setting.E2E_STOP.find().isPresent()
                && Setting.E2E_START.find().isPresent();
    }

    @Override
    public void kill(Part part) {
        run(Setting.E2E_KILL, part);
    }

    @Override
    public void stop(Part part) {
        run(Setting.E2E_STOP, part);
    }

    @Override
    public void start(Part part) {
        run(Setting.E2E_START, part);
    }

    @Override
    public boolean isFresh() {
        return Boolean.parseBoolean(Setting.E2E_FRESH.value());
    }

    @Override
    public String logs() {
        return "wherever the system logs to";
    }

    @Override
    public void close() {
        // It is not ours.
    }

    private static void run(Setting setting, Part part) {
        String command = setting.value().replace("{part}", part.id());
        try {
            Process process =
                    new ProcessBuilder("sh", "-c", command).inheritIO().start();
            if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + COMMAND_LIMIT);
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command + " ended with exit code " + process.exitValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException(command + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(command + " was interrupted", e);
        }
    }
}

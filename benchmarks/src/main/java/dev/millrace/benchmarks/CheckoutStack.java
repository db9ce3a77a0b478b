package dev.millrace.benchmarks;

import dev.millrace.benchmarks.outbox.PollingReader;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The whole system for a measurement, with one of the two ways from the outboxes to the broker. */
final class CheckoutStack implements AutoCloseable {
    private static final Duration POLLING_INTERVAL = Duration.ofMillis(100);

    private static final List<String> COMPILED = List.of(
            "ORDER_SERVICE_JAVA_OPTS",
            "INVENTORY_SERVICE_JAVA_OPTS",
            "NOTIFICATION_SERVICE_JAVA_OPTS",
            "OUTBOX_RELAY_JAVA_OPTS");

    private final MeasuredStack measured;
    private final PollingReader polling;
    private final Set<Part> parts;

    /** Who publishes the services' outboxes. */
    enum Outbox {
        /** outbox-relay. */
        RELAY,
        /** A polling outbox in its place, for all three databases; everything else is the same. */
        POLLING
    }

    private CheckoutStack(MeasuredStack measured, PollingReader polling, Set<Part> parts) {
        this.measured = measured;
        this.polling = polling;
        this.parts = parts;
    }

    /** Starts it and waits until all parts are ready. */
    static CheckoutStack start(Outbox outbox, Compiler compiler) throws InterruptedException {
        EnumSet<Part> parts =
                outbox == Outbox.RELAY ? EnumSet.allOf(Part.class) : EnumSet.complementOf(EnumSet.of(Part.RELAY));
        var measured = new MeasuredStack(stack -> {
            stack.parts(parts);
            COMPILED.forEach(variable -> stack.environment(variable, compiler.flag()));
        });
        LocalStack stack = measured.build();
        PollingReader polling = outbox == Outbox.RELAY
                ? null
                : new PollingReader(
                        stack,
                        List.of(ServiceDatabase.values()),
                        POLLING_INTERVAL,
                        PollingReader.BATCH,
                        compiler.flag(),
                        measured.directory());
        var running = new CheckoutStack(measured, polling, parts);
        try {
            if (polling != null) {
                // Before the rest: order-service is ready when it has heard of products. It waits for its databases.
                polling.start();
            }
            long before = System.nanoTime();
            stack.start();
            System.out.printf(
                    Locale.ROOT,
                    "checkout: local stack with %s ready after %.1f s%n",
                    outbox.name().toLowerCase(Locale.ROOT),
                    (System.nanoTime() - before) / 1e9);
            return running;
        } catch (RuntimeException | InterruptedException e) {
            running.close();
            throw e;
        }
    }

    LocalStack stack() {
        return measured.stack();
    }

    /** Processor time of all its processes up to now, and of this one. */
    ProcessorTimes processorTimes() {
        return ProcessorTimes.of(stack(), parts, polling == null ? Map.of() : Map.of(polling.name(), polling.pid()));
    }

    /** Root of order-service. */
    URI orders() {
        return stack().baseUrl(Part.ORDER);
    }

    /** Where its data is. */
    Path directory() {
        return measured.directory();
    }

    @Override
    public void close() {
        if (polling != null) {
            polling.close();
        }
        measured.close();
    }
}

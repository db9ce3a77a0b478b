package dev.millrace.benchmarks;

import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.StackBuilder;
import dev.millrace.stack.StackListener;
import dev.millrace.stack.StackLog;
import dev.millrace.stack.process.DirectoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A local stack on free ports that is started for a measurement, in a directory of its own which goes with it. It is
 * stopped too when the JVM ends by a signal.
 */
public final class MeasuredStack implements AutoCloseable {
    private final Path directory;
    private final Consumer<StackBuilder> settings;
    private final Thread stopping = new Thread(this::stopNow, "stop-measured-stack");
    private final Map<Part, Duration> ready = Collections.synchronizedMap(new EnumMap<>(Part.class));
    private LocalStack stack;

    /** With all parts. */
    MeasuredStack() {
        this(builder -> {});
    }

    /** @param settings what is different from a stack of all parts */
    public MeasuredStack(Consumer<StackBuilder> settings) {
        this.settings = settings;
        try {
            directory = Files.createTempDirectory("millrace-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(stopping);
    }

    /** Where its data is. */
    public Path directory() {
        return directory;
    }

    /**
     * Starts all parts, on the data of the start before if there was one, and waits until they are ready.
     *
     * @return how long all of it took
     */
    Duration start() throws InterruptedException {
        ready.clear();
        long before = System.nanoTime();
        build().start();
        return Duration.ofNanos(System.nanoTime() - before);
    }

    /** Makes it without starting any part. */
    public LocalStack build() {
        synchronized (this) {
            StackBuilder builder = LocalStack.builder()
                    .data(directory.resolve("data"))
                    .log(StackLog.toFiles(directory.resolve("logs")))
                    .listener(new StackListener() {
                        @Override
                        public void ready(Part part, Duration after) {
                            ready.put(part, after);
                        }
                    });
            settings.accept(builder);
            stack = builder.build();
            return stack;
        }
    }

    /** How long each part took from its own start. */
    Map<Part, Duration> readyTimes() {
        return Map.copyOf(ready);
    }

    /** What runs. */
    LocalStack stack() {
        return stack;
    }

    /** Stops all parts; the data stays. */
    synchronized void stop() {
        if (stack != null) {
            stack.close();
            stack = null;
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(stopping);
        stopNow();
    }

    private void stopNow() {
        stop();
        try {
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

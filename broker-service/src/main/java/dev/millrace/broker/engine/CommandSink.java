package dev.millrace.broker.engine;

import dev.millrace.broker.core.Command;
import java.util.List;

/** Where fronts hand in their commands. Thread-safe; never blocks; keeps the order of each calling thread. */
@FunctionalInterface
public interface CommandSink {

    void submit(Command command);

    /** Hands in several, in order. The list may be used again afterwards. */
    default void submit(List<Command> several) {
        several.forEach(this::submit);
    }
}

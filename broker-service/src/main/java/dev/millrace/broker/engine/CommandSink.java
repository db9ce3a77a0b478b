package dev.millrace.broker.engine;

import dev.millrace.broker.core.Command;

/** Where fronts hand in their commands. Thread-safe; never blocks; keeps the order of each calling thread. */
@FunctionalInterface
public interface CommandSink {

    void submit(Command command);
}

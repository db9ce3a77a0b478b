package dev.millrace.stack.process;

/** Takes the lines that a process writes, from that process's own reading thread; must not throw. */
@FunctionalInterface
public interface LineSink {
    /** Forgets every line. The last ones are kept by {@link ChildProcess#lastLines()} all the same. */
    LineSink NOWHERE = line -> {};

    /** @param line without its line break, at most {@link OutputPump#MAX_LINE_LENGTH} characters */
    void line(String line);
}

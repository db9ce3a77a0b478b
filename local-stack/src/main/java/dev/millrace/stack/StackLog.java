package dev.millrace.stack;

import dev.millrace.stack.process.LineSink;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives every part a place for its log lines. */
@FunctionalInterface
public interface StackLog {
    /** Forgets them. */
    StackLog NOWHERE = part -> LineSink.NOWHERE;

    /** Where the lines of this part go. */
    LineSink of(Part part);

    /** One file {@code <part>.log} per part in this directory, emptied at every start of a stack. */
    static StackLog toFiles(Path directory) {
        return part -> {
            try {
                Files.createDirectories(directory);
                var file = new PrintWriter(
                        Files.newBufferedWriter(directory.resolve(part.id() + ".log"), StandardCharsets.UTF_8), true);
                return file::println;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}

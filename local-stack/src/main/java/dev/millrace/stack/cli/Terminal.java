package dev.millrace.stack.cli;

import dev.millrace.stack.Part;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Standard output that many parts share: whole lines, each with the name of its part in front, coloured only if asked.
 * Thread-safe.
 */
final class Terminal {
    /** The name in front of our own lines. */
    static final String OWN_NAME = "millrace";

    private static final int NAME_WIDTH =
            Stream.of(Part.values()).mapToInt(part -> part.id().length()).max().orElseThrow();
    private static final int[] COLOURS = {34, 35, 36, 32, 33, 94, 95};
    private static final int OWN_COLOUR = 1; // bold

    private final PrintStream out;
    private final boolean coloured;

    Terminal(PrintStream out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    /** The process's own output; {@code -Dmillrace.colour=true} is set by the script when it is a terminal. */
    static Terminal standard() {
        // In UTF-8 whatever the locale says: the parts write UTF-8, and their lines are passed on as they are.
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        return new Terminal(out, isColoured());
    }

    /** Whether the process's own output goes to a terminal that shows colours. */
    static boolean isColoured() {
        return Boolean.getBoolean("millrace.colour");
    }

    /** One log line of a part. */
    void line(Part part, String text) {
        print(part.id(), COLOURS[part.ordinal() % COLOURS.length], text);
    }

    /** One line of our own. */
    void line(String text) {
        print(OWN_NAME, OWN_COLOUR, text);
    }

    /** A block without a name in front. */
    void block(String text) {
        synchronized (out) {
            out.println(text);
        }
    }

    private void print(String name, int colour, String text) {
        String padded = name + " ".repeat(NAME_WIDTH - name.length());
        String prefix = coloured ? "\u001b[" + colour + "m" + padded + " |\u001b[0m " : padded + " | ";
        synchronized (out) {
            out.println(prefix + text);
        }
    }
}

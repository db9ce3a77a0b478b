package dev.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A part's log: entries that begin with a time, each with the lines up to the next. */
record PartLog(Path file) {
    private static final Pattern BEGIN =
            Pattern.compile("^(\\d{4}-\\d\\d-\\d\\d[ T])?\\d\\d:\\d\\d:\\d\\d.*", Pattern.DOTALL);
    private static final Pattern TROUBLE =
            Pattern.compile("\\b(WARN|WARNING|ERROR|FATAL|SEVERE|PANIC)\\b|^\\s+at [\\w.$/]+\\(", Pattern.MULTILINE);

    /** Vert.x complains of a starved machine: that says nothing of the part. */
    private static final String STARVED = "BlockedThreadChecker";

    /** Warnings, errors and stack traces. */
    List<String> trouble() throws IOException {
        return entries().stream()
                .filter(entry -> TROUBLE.matcher(entry).find() && !entry.contains(STARVED))
                .toList();
    }

    private List<String> entries() throws IOException {
        var entries = new ArrayList<String>();
        for (String line : Files.readAllLines(file)) {
            if (entries.isEmpty() || BEGIN.matcher(line).matches()) {
                entries.add(line);
            } else {
                entries.add(entries.removeLast() + "\n" + line);
            }
        }
        return entries;
    }
}

package dev.millrace.stack.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Reads a process's output to its end, line by line, into a {@link LineSink}, and keeps the last lines for the sentence
 * that says why the process died. Bounded in both directions: a line is cut at {@link #MAX_LINE_LENGTH}, and only
 * {@link #KEPT_LINES} lines are kept.
 */
final class OutputPump implements Runnable {
    static final int MAX_LINE_LENGTH = 16 * 1024;
    static final int KEPT_LINES = 40;

    private final InputStream output;
    private final LineSink sink;
    private final Deque<String> lastLines = new ArrayDeque<>(KEPT_LINES);

    OutputPump(InputStream output, LineSink sink) {
        this.output = output;
        this.sink = sink;
    }

    @Override
    public void run() {
        try (var reader = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            pump(reader);
        } catch (IOException e) {
            // The pipe is closed under the reader when a process is killed: there is no more to read then.
            emit("[output ended: " + e.getMessage() + "]");
        }
    }

    private void pump(BufferedReader reader) throws IOException {
        var line = new StringBuilder();
        for (int c = reader.read(); c != -1; c = reader.read()) {
            if (c == '\n') {
                emit(line.toString());
                line.setLength(0);
            } else if (c != '\r' && line.length() < MAX_LINE_LENGTH) {
                line.append((char) c);
            }
        }
        if (!line.isEmpty()) {
            emit(line.toString());
        }
    }

    private void emit(String line) {
        synchronized (lastLines) {
            if (lastLines.size() == KEPT_LINES) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line);
        }
        sink.line(line);
    }

    List<String> lastLines() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }
}

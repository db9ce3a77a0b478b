package dev.millrace.e2e.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A stream of server-sent events, read by a thread of its own. Only what the interface promises is relied on: data lines
 * with JSON that has a {@code status}, and something that comes in between, the heartbeat.
 */
public final class StatusStream implements AutoCloseable {
    private static final int MAX_EVENTS = 1_000;

    private final HttpClient client;
    private final Stream<String> lines;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>(MAX_EVENTS);
    private final List<JsonNode> seen = new ArrayList<>();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private final StringBuilder data = new StringBuilder();
    private volatile Exception ended;

    private StatusStream(HttpClient client, Stream<String> lines) {
        this.client = client;
        this.lines = lines;
    }

    static StatusStream open(URI uri) {
        // One client per stream: closing it is the only way to cut the connection now.
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        try {
            var response = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Accept", "text/event-stream")
                            .build(),
                    BodyHandlers.ofLines());
            String type = response.headers().firstValue("Content-Type").orElse("");
            if (response.statusCode() != 200 || !type.startsWith("text/event-stream")) {
                client.shutdownNow();
                throw new AssertionError(
                        "GET " + uri + ": expected 200 text/event-stream, got " + response.statusCode() + " " + type);
            }
            var stream = new StatusStream(client, response.body());
            Thread.ofVirtual().name("sse-reader").start(stream::read);
            return stream;
        } catch (IOException e) {
            client.shutdownNow();
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            client.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("GET " + uri + " was interrupted", e);
        }
    }

    /**
     * The next event that has a status.
     *
     * @throws AssertionError if none comes within the limit
     */
    public JsonNode next(Duration limit) {
        try {
            JsonNode event = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new AssertionError("no status came within " + limit + "; before: " + seen
                        + (ended == null ? "" : "; ended: " + ended));
            }
            seen.add(event);
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a status", e);
        }
    }

    /** The statuses that have come and were not asked for yet. */
    public int waiting() {
        return events.size();
    }

    /** How many comments or events without a status have come. */
    public int heartbeats() {
        return heartbeats.get();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void read() {
        try (lines) {
            lines.forEach(this::line);
        } catch (UncheckedIOException e) {
            ended = e; // by us or by the server; whoever waits for an event says so
        }
    }

    private void line(String line) {
        if (line.startsWith("data:")) {
            data.append(line.substring("data:".length()).strip());
        } else if (line.startsWith(":")) {
            heartbeats.incrementAndGet();
        } else if (line.isEmpty() && !data.isEmpty()) {
            event(data.toString());
            data.setLength(0);
        }
    }

    private void event(String text) {
        try {
            JsonNode json = HttpJson.JSON.readTree(text);
            if (json.has("status")) {
                events.add(json);
                return;
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("data of a server-sent event is no JSON: " + text, e);
        }
        heartbeats.incrementAndGet();
    }
}

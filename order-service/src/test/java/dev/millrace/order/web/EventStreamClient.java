package dev.millrace.order.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads server-sent events. */
final class EventStreamClient implements AutoCloseable {

    /** One event; a comment has only that. */
    record Received(String id, String name, String data, String comment) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    EventStreamClient(URI uri, String lastEventId) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        Thread.ofVirtual().start(() -> read(response));
    }

    private void read(HttpResponse<java.io.InputStream> response) {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String id = null, name = null, data = null, comment = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String value = line.substring(line.indexOf(':') + 1).strip();
                if (line.isEmpty()) {
                    if (id != null || name != null || data != null || comment != null) {
                        received.add(new Received(id, name, data, comment));
                    }
                    id = name = data = comment = null;
                } else if (line.startsWith(":")) {
                    comment = value;
                } else if (line.startsWith("id:")) {
                    id = value;
                } else if (line.startsWith("event:")) {
                    name = value;
                } else if (line.startsWith("data:")) {
                    data = value;
                } else {
                    throw new IOException("unknown field: " + line);
                }
            }
        } catch (IOException closed) {
            received.add(new Received(null, "closed", closed.toString(), null));
        }
    }

    /** The next status event, heartbeats left out. */
    Received nextStatus() throws InterruptedException {
        Received next = next();
        while (next.comment() != null) {
            next = next();
        }
        return next;
    }

    /** The next event or heartbeat, within ten seconds. */
    Received next() throws InterruptedException {
        Received next = received.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came for ten seconds");
        }
        return next;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

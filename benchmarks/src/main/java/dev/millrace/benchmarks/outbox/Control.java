package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.MeasurementFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Steers a process over HTTP. Thread-safe. */
final class Control {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI root;

    Control(URI root) {
        this.root = root;
    }

    /** {@code GET}; returns the body. */
    String get(String path) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(root + path)).GET());
    }

    /** {@code POST} without a body. */
    void post(String path) throws InterruptedException {
        send(HttpRequest.newBuilder(URI.create(root + path)).POST(BodyPublishers.noBody()));
    }

    private String send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest built = request.timeout(LIMIT).build();
        try {
            var response = http.send(built, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new MeasurementFailure(
                        "%s %s answered %d.".formatted(built.method(), built.uri(), response.statusCode()), null);
            }
            return response.body();
        } catch (IOException e) {
            throw new MeasurementFailure("%s %s failed (%s).".formatted(built.method(), built.uri(), e), e);
        }
    }
}

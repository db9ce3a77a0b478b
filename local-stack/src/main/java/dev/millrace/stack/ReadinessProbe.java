package dev.millrace.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Asks an application's {@code /q/health/ready}, and remembers what it says it waits for. Thread-safe. */
final class ReadinessProbe {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private volatile String whyNot = "";

    ReadinessProbe(URI baseUrl) {
        this.url = baseUrl.resolve("/q/health/ready");
    }

    boolean isReady() {
        try {
            var connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try {
                boolean ready = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
                whyNot = ready ? "" : checksThatAreDown(connection.getErrorStream());
                return ready;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            whyNot = ""; // nobody listens yet, or no longer
            return false;
        }
    }

    String whyNot() {
        return whyNot;
    }

    private static String checksThatAreDown(InputStream body) throws IOException {
        List<String> down = new ArrayList<>();
        if (body != null) {
            for (JsonNode check : JSON.readTree(body).path("checks")) {
                if (check.path("status").asText().equals("DOWN")) {
                    String reason = check.path("data").path("reason").asText();
                    down.add(check.path("name").asText() + (reason.isEmpty() ? "" : ": " + reason));
                }
            }
        }
        return String.join("; ", down);
    }
}

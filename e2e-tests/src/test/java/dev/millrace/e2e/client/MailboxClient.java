package dev.millrace.e2e.client;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The mailbox over Mailpit's API. Thread-safe. */
public final class MailboxClient {
    private static final int PAGE = 200;

    private final HttpJson http;

    /** @param http its root */
    public MailboxClient(HttpJson http) {
        this.http = http;
    }

    /** The mails to this address, or to addresses that contain it, newest first. */
    public List<JsonNode> to(String address) {
        String query = URLEncoder.encode("to:\"" + address + "\"", StandardCharsets.UTF_8);
        var found = new ArrayList<JsonNode>();
        while (true) {
            var page = http.get("/api/v1/search?query=%s&start=%d&limit=%d".formatted(query, found.size(), PAGE))
                    .expect(200)
                    .body()
                    .path("messages");
            found.addAll(StreamSupport.stream(page.spliterator(), false).toList());
            if (page.size() < PAGE) {
                return found;
            }
        }
    }

    /** The whole mail of a summary. */
    public JsonNode message(JsonNode summary) {
        return http.get("/api/v1/message/" + summary.path("ID").asText())
                .expect(200)
                .body();
    }

    /** One header of a mail in a summary, whatever the case of its name; empty if it has none. */
    public String header(JsonNode summary, String name) {
        JsonNode headers = http.get("/api/v1/message/" + summary.path("ID").asText() + "/headers")
                .expect(200)
                .body();
        for (var header : headers.properties()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue().path(0).asText();
            }
        }
        return "";
    }

    /** Waits until at least this many mails to the address have arrived. */
    public List<JsonNode> awaitMails(String address, int atLeast) {
        await(atLeast + " mails to " + address).until(() -> to(address).size() >= atLeast);
        return to(address);
    }
}

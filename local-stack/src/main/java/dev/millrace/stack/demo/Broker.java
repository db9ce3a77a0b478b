package dev.millrace.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stack.PartsHttp;
import dev.millrace.stack.PartsHttp.Answer;
import dev.millrace.stack.Port;
import java.util.ArrayList;
import java.util.List;

/** The broker's HTTP API as operators use it. Thread-safe. */
final class Broker {
    /** More pages than a demonstration has any business in. */
    private static final int MAX_PAGES = 50;

    private final PartsHttp http;

    Broker(DemoSystem system) {
        this.http = system.http();
    }

    /** Any call that must go well. */
    JsonNode call(String method, String path, JsonNode body) throws InterruptedException {
        return answer(method, path, body).body();
    }

    /** The same, for who wants more of the answer than its body. */
    Answer answer(String method, String path, JsonNode body) throws InterruptedException {
        return Shop.expectOk(http.send(method, Port.BROKER_HTTP, path, body));
    }

    /** All items of a list, page by page. @param path with a query, or none */
    List<JsonNode> items(String path) throws InterruptedException {
        var found = new ArrayList<JsonNode>();
        String after = "";
        for (int page = 0; page < MAX_PAGES; page++) {
            String start = (path.contains("?") ? "&" : "?") + "limit=1000" + after;
            JsonNode body = call("GET", path + start, null);
            body.path("items").forEach(found::add);
            if (!body.hasNonNull("next")) {
                return found;
            }
            after = "&after=" + body.path("next").asText();
        }
        throw new DemoFailure("There is too much in " + path + " for a demonstration.");
    }

    /** The figures of a subscription. */
    JsonNode subscription(String topic, String name) throws InterruptedException {
        return call("GET", "/api/topics/%s/subscriptions/%s".formatted(topic, name), null);
    }

    /** The figures and settings of a topic. */
    JsonNode topic(String name) throws InterruptedException {
        return call("GET", "/api/topics/" + name, null);
    }

    static ObjectNode object() {
        return Shop.object();
    }
}

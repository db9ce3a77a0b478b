package dev.millrace.stack.mail;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What was asked.
 *
 * @param path decoded, without query
 * @param parameters decoded; the last of a name wins
 * @param body at most {@value #MAX_BODY_BYTES} bytes of it
 */
record MailboxRequest(String method, String path, Map<String, String> parameters, String body) {
    private static final int MAX_BODY_BYTES = 1024 * 1024;

    static MailboxRequest of(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8);
        var uri = exchange.getRequestURI();
        return new MailboxRequest(exchange.getRequestMethod(), uri.getPath(), parameters(uri.getRawQuery()), body);
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new HashMap<String, String>();
        if (query != null) {
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.put(decoded(name), decoded(value));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

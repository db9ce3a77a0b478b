package dev.millrace.stack.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;

/** An HTTP answer. */
record MailboxAnswer(int status, String contentType, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Gives the answer to a request. */
    @FunctionalInterface
    interface Source {
        MailboxAnswer answer(MailboxRequest request);
    }

    static MailboxAnswer text(String text) {
        return new MailboxAnswer(200, "text/plain; charset=utf-8", text);
    }

    static MailboxAnswer html(int status, String page) {
        return new MailboxAnswer(status, "text/html; charset=utf-8", page);
    }

    static MailboxAnswer json(Object value) {
        return new MailboxAnswer(200, "application/json", written(value));
    }

    /** RFC 9457. */
    static MailboxAnswer problem(int status, String title, String detail) {
        var problem = new LinkedHashMap<String, Object>();
        problem.put("type", "about:blank");
        problem.put("title", title);
        problem.put("status", status);
        problem.put("detail", detail);
        return new MailboxAnswer(status, "application/problem+json", written(problem));
    }

    private static String written(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.millrace.stack.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of Mailpit's HTTP API that people and tests need, with Mailpit's own names and shapes, so that the same
 * client works on both: list, search, one message, its headers, delete. See https://mailpit.axllent.org/docs/api-v1/.
 */
final class MailboxApi {
    private static final String PREFIX = "/api/v1/";
    private static final String HEADERS = "/headers";
    private static final int DEFAULT_LIMIT = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Mailbox mailbox;

    MailboxApi(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    MailboxAnswer answer(MailboxRequest request) {
        String path = request.path().substring(PREFIX.length());
        try {
            return switch (request.method() + " " + path) {
                case "GET messages" -> page(mailbox.mails(), request);
                case "GET search" ->
                    page(mailbox.search(MailQuery.parse(request.parameters().getOrDefault("query", ""))), request);
                case "DELETE messages" -> delete(request.body());
                default -> other(request.method(), path);
            };
        } catch (IllegalArgumentException e) {
            return MailboxAnswer.problem(400, "Bad request", e.getMessage());
        }
    }

    private MailboxAnswer other(String method, String path) {
        if (!path.startsWith("message/")) {
            return MailboxAnswer.problem(404, "Not found", "there is no " + method + " " + PREFIX + path);
        }
        if (!method.equals("GET")) {
            return MailboxAnswer.problem(405, "Method not allowed", method + " of a message is not offered");
        }
        String id = path.substring("message/".length());
        if (id.endsWith(HEADERS)) {
            String of = id.substring(0, id.length() - HEADERS.length());
            return mailbox.find(of)
                    .map(mail -> MailboxAnswer.json(mail.headers()))
                    .orElseGet(() -> MailboxAnswer.problem(404, "Not found", "there is no message " + of));
        }
        return mailbox.find(id)
                .map(mail -> MailboxAnswer.json(whole(mail)))
                .orElseGet(() -> MailboxAnswer.problem(404, "Not found", "there is no message " + id));
    }

    /** All of them if the body names no ids. */
    private MailboxAnswer delete(String body) {
        Set<String> ids = ids(body);
        if (ids.isEmpty()) {
            mailbox.clear();
        } else {
            mailbox.delete(ids);
        }
        return MailboxAnswer.text("ok");
    }

    private static Set<String> ids(String body) {
        var ids = new HashSet<String>();
        if (!body.isBlank()) {
            try {
                for (JsonNode id : JSON.readTree(body).path("IDs")) {
                    ids.add(id.asText());
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("the body is no JSON: " + e.getOriginalMessage(), e);
            }
        }
        return ids;
    }

    private MailboxAnswer page(List<CapturedMail> found, MailboxRequest request) {
        int start = number(request, "start", 0);
        int limit = number(request, "limit", DEFAULT_LIMIT);
        List<Map<String, Object>> page =
                found.stream().skip(start).limit(limit).map(MailboxApi::summary).toList();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("total", mailbox.mails().size());
        answer.put("unread", 0);
        answer.put("count", page.size());
        answer.put("messages_count", found.size());
        answer.put("messages_unread", 0);
        answer.put("start", start);
        answer.put("tags", List.of());
        answer.put("messages", page);
        return MailboxAnswer.json(answer);
    }

    private static int number(MailboxRequest request, String name, int otherwise) {
        String value = request.parameters().get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, the same as for a negative one
        }
        throw new IllegalArgumentException(name + " must be a number from 0, not \"" + value + "\"");
    }

    private static Map<String, Object> summary(CapturedMail mail) {
        Map<String, Object> json = head(mail);
        json.put("Read", true);
        json.put("Created", mail.receivedAt().toString());
        json.put("Attachments", 0);
        json.put("Snippet", mail.snippet());
        return json;
    }

    private static Map<String, Object> whole(CapturedMail mail) {
        Map<String, Object> json = head(mail);
        json.put("ReturnPath", mail.returnPath());
        json.put("Date", mail.receivedAt().toString());
        json.put("Text", mail.text());
        json.put("HTML", mail.html());
        json.put("Inline", List.of());
        json.put("Attachments", List.of());
        return json;
    }

    private static Map<String, Object> head(CapturedMail mail) {
        var json = new LinkedHashMap<String, Object>();
        json.put("ID", mail.id());
        json.put("MessageID", mail.messageId());
        json.put("From", mail.from());
        json.put("To", mail.to());
        json.put("Cc", mail.cc());
        json.put("Bcc", List.of());
        json.put("ReplyTo", mail.replyTo());
        json.put("Subject", mail.subject());
        json.put("Tags", List.of());
        json.put("Size", mail.size());
        return json;
    }
}

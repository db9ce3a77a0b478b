package dev.millrace.stack.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static MailServer mail;

    @BeforeAll
    static void start() {
        mail = MailServer.onFreePorts();
    }

    @AfterAll
    static void stop() {
        mail.close();
    }

    @BeforeEach
    void empty() {
        mail.mailbox().clear();
    }

    @Test
    void takesMailToAnybodyAndListsItNewestFirst() throws Exception {
        send("ada@example.org", "First", "one");
        send("grace@example.org", "Second", "two");
        JsonNode list = get("/api/v1/messages", 200);
        assertEquals(2, list.path("total").asInt());
        assertEquals("Second", list.at("/messages/0/Subject").asText());
        assertEquals("First", list.at("/messages/1/Subject").asText());
        assertEquals("shop@example.org", list.at("/messages/0/From/Address").asText());
        assertEquals(
                1, get("/api/v1/messages?start=1&limit=1", 200).path("count").asInt());
    }

    @Test
    void findsMailByRecipientAndShowsItWhole() throws Exception {
        send("ada@example.org", "Your order", "Grüße, and 2 < 3");
        send("grace@example.org", "Your order", "other");
        JsonNode found = get("/api/v1/search?query=to:ada%40example.org", 200);
        assertEquals(1, found.path("messages_count").asInt());
        assertEquals(1, found.path("messages").size());
        String id = found.at("/messages/0/ID").asText();
        JsonNode message = get("/api/v1/message/" + id, 200);
        assertEquals("Grüße, and 2 < 3", message.path("Text").asText().strip());
        assertEquals("ada@example.org", message.at("/To/0/Address").asText());
        assertEquals(
                1,
                get("/api/v1/search?query=subject%3A%22your+order%22+grace", 200)
                        .path("messages_count")
                        .asInt());
    }

    @Test
    void countsAMailToSeveralOnce() throws Exception {
        send("ada@example.org,grace@example.org", "To both", "hello");
        assertEquals(1, mail.mailbox().mails().size());
        assertEquals(1, mail.mailbox().to("ada@example.org").size());
        assertEquals(1, mail.mailbox().to("grace@example.org").size());
    }

    @Test
    void deletesSomeOrAll() throws Exception {
        send("ada@example.org", "First", "one");
        send("ada@example.org", "Second", "two");
        String id = mail.mailbox().mails().getFirst().id();
        delete("{\"IDs\":[\"" + id + "\"]}");
        assertEquals("First", mail.mailbox().mails().getFirst().subject());
        delete("");
        assertTrue(mail.mailbox().mails().isEmpty());
    }

    @Test
    void answersMistakesWithAProblem() throws Exception {
        assertEquals(404, get("/api/v1/message/nothing", 404).path("status").asInt());
        assertEquals(
                404, get("/api/v1/message/nothing/headers", 404).path("status").asInt());
        assertEquals(400, get("/api/v1/search?query=", 400).path("status").asInt());
        assertTrue(get("/api/v1/search?query=before:2020", 400)
                .path("detail")
                .asText()
                .contains("\"before:\""));
        assertEquals(400, get("/api/v1/messages?limit=many", 400).path("status").asInt());
        assertEquals(404, get("/api/v1/tags", 404).path("status").asInt());
    }

    @Test
    void pagesShowMailWithoutTrustingIt() throws Exception {
        send("ada@example.org", "<script>alert(1)</script>", "<b>bold</b>");
        String list = body("/", 200);
        assertTrue(list.contains("ada@example.org"), list);
        assertFalse(list.contains("<script>"), list);
        String view = body("/view/" + mail.mailbox().mails().getFirst().id(), 200);
        assertTrue(view.contains("&lt;b&gt;bold"), view);
        body("/view/nothing", 404);
        assertEquals("ok", body("/readyz", 200));
    }

    private static void send(String to, String subject, String text) throws MessagingException {
        var properties = new Properties();
        properties.put("mail.smtp.host", mail.host());
        properties.put("mail.smtp.port", Integer.toString(mail.smtpPort()));
        var message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("shop@example.org"));
        message.setRecipients(RecipientType.TO, to);
        message.setSubject(subject, "UTF-8");
        message.setText(text, "UTF-8");
        Transport.send(message);
    }

    private static JsonNode get(String path, int status) throws IOException, InterruptedException {
        return JSON.readTree(body(path, status));
    }

    private static String body(String path, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(mail.mailboxUrl().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(status, response.statusCode(), response.body());
        String type = response.headers().firstValue("Content-Type").orElseThrow();
        assertEquals(path.startsWith("/api") && status >= 400, type.equals("application/problem+json"), type);
        return response.body();
    }

    private static void delete(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(mail.mailboxUrl().resolve("/api/v1/messages"))
                .method("DELETE", HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertEquals(
                200, HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}

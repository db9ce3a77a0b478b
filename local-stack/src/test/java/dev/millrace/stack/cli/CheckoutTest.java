package dev.millrace.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.stack.Port;
import dev.millrace.stack.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code checkout} makes of the answers that the system can give; the whole system answers in the e2e tests. */
class CheckoutTest {
    private static final String ID = "01a00000-0000-7000-8000-000000000001";

    private final Ports ports = Ports.free();
    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private volatile boolean ordered;

    private record Reply(int status, String body) {}

    @BeforeEach
    void openShop() throws IOException {
        for (Port port : List.of(Port.ORDER_HTTP, Port.INVENTORY_HTTP, Port.NOTIFICATION_HTTP, Port.MAILBOX_HTTP)) {
            serve(port);
        }
        replies.put("POST /orders", order(201, "PENDING"));
        replies.put("GET /orders/" + ID, order(200, "CONFIRMED"));
        replies.put("GET /reservations/" + ID, new Reply(200, "{\"status\":\"RESERVED\"}"));
        replies.put("GET /notifications", notification("SENT"));
        replies.put("GET /api/v1/search", mails("new"));
    }

    @AfterEach
    void closeShop() {
        servers.forEach(server -> server.stop(0));
        threads.close();
    }

    @Test
    void tellsTheLifeOfAnOrderStepByStep() throws Exception {
        checkout();
        String story = printed.toString(StandardCharsets.UTF_8);
        String expected = """
                order-service order 01a00000-0000-7000-8000-000000000001 placed: PENDING, 9.50 EUR
                inventory-service reservation RESERVED
                order-service CONFIRMED
                notification-service ORDER_CONFIRMED SENT to ada@example.org
                mailbox "Your order"
                """;
        assertEquals(expected, story.replaceAll(" +\\d+ ms +", "").replaceAll(" +", " "));
        assertTrue(story.lines().allMatch(line -> line.matches(" *\\d+ ms  .*")), story);
    }

    @Test
    void saysWhyAnOrderWasNotAccepted() {
        replies.put("POST /orders", new Reply(400, """
                {"title":"Bad request","status":400,"detail":"the order is not valid",
                 "errors":[{"field":"lines[0].sku","message":"is unknown"}]}"""));
        assertEquals(
                "The order was not accepted (HTTP status 400): the order is not valid; lines[0].sku: is unknown.",
                failure());
    }

    @Test
    void saysWhyAnOrderWasRejected() {
        replies.put("GET /orders/" + ID, order(200, "REJECTED"));
        replies.put("GET /reservations/" + ID, new Reply(200, """
                {"status":"REFUSED","lines":[{"sku":"last-one","quantity":2,"available":1}]}"""));
        assertEquals("The order was REJECTED because of OUT_OF_STOCK; nothing was reserved.", failure());
        String story = printed.toString(StandardCharsets.UTF_8);
        assertTrue(story.contains("reservation REFUSED (last-one: 2 wanted, 1 available)"), story);
    }

    @Test
    void doesNotWaitForAReservationOfAnOrderThatWasRejected() {
        replies.put("GET /orders/" + ID, order(200, "REJECTED"));
        replies.put("GET /reservations/" + ID, new Reply(404, "{}"));
        assertTrue(failure().startsWith("The order was REJECTED"));
    }

    @Test
    void doesNotTakeAnEarlierMailForThisOne() {
        replies.put("GET /api/v1/search", mails("old"));
        assertTrue(failure().startsWith("The mail did not come within 1 s"));
    }

    @Test
    void saysWhichStepDoesNotCome() {
        replies.put("GET /notifications", notification("PENDING"));
        assertTrue(failure().startsWith("The notification did not come within 1 s"));
    }

    @Test
    void saysThatNothingIsRunning() {
        closeShop();
        String sentence = failure();
        assertTrue(sentence.startsWith("Nothing answers on 127.0.0.1:" + ports.number(Port.MAILBOX_HTTP)), sentence);
        assertTrue(sentence.endsWith("start the system with ./millrace up and try again."), sentence);
    }

    private void checkout() throws InterruptedException {
        var terminal = new Terminal(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        var request = new Checkout.Request("espresso-cup", 1, "Ada", "ada@example.org", Duration.ofSeconds(1));
        new Checkout(new ShopClient(ports), terminal, request).run();
    }

    private String failure() {
        return assertThrows(CheckoutFailure.class, this::checkout).getMessage();
    }

    private void serve(Port port) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", ports.number(port)), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String asked =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            ordered |= asked.startsWith("POST");
            boolean tooEarly = asked.endsWith("/search") && !ordered;
            Reply reply = tooEarly ? mails("old") : replies.getOrDefault(asked, new Reply(404, "{}"));
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        servers.add(server);
    }

    private static Reply order(int httpStatus, String status) {
        return new Reply(httpStatus, """
                {"id":"%s","status":"%s","total":"9.50","currency":"EUR","reason":"OUT_OF_STOCK"}""".formatted(ID, status));
    }

    private static Reply notification(String status) {
        return new Reply(200, """
                [{"kind":"ORDER_CONFIRMED","status":"%s","recipient":"ada@example.org"}]""".formatted(status));
    }

    private static Reply mails(String id) {
        return new Reply(200, "{\"messages\":[{\"ID\":\"" + id + "\",\"Subject\":\"Your order\"}]}");
    }
}

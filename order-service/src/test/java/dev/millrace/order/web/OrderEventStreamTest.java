package dev.millrace.order.web;

import static dev.millrace.order.Requests.placed;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.application.OrderLifecycle;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class OrderEventStreamTest {

    private static final int MAX_STREAMS = 5;

    @TestHTTPResource("/orders")
    URI orders;

    @Inject
    OrderLifecycle lifecycle;

    private UUID order;

    @BeforeEach
    void place() {
        order = placed();
    }

    private final List<EventStreamClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(EventStreamClient::close);
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(this::openStreams, Matchers.is(0));
    }

    @Test
    void everyChangeIsToldFromThePresentStatusOn() throws Exception {
        var stream = open(null);
        assertStatus("0", "PENDING", null, stream.nextStatus());

        lifecycle.confirm(order);
        assertStatus("1", "CONFIRMED", null, stream.nextStatus());

        lifecycle.cancel(order);
        assertStatus("2", "CANCELLED", "CUSTOMER_REQUEST", stream.nextStatus());
    }

    @Test
    void aChangeIsToldRightAfterItsCommit() throws Exception {
        var stream = open(null);
        stream.nextStatus();
        // The first look has been taken; now the stream waits.
        while (stream.next().comment() == null) {}

        long start = System.nanoTime();
        lifecycle.confirm(order);
        stream.nextStatus();

        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertTrue(millis < 250, "shorter than a heartbeat, which would have found it too: " + millis + " ms");
    }

    @Test
    void aLateListenerGetsThePresentStatusFirst() throws Exception {
        lifecycle.confirm(order);

        assertStatus("1", "CONFIRMED", null, open(null).nextStatus());
    }

    @Test
    void aListenerThatWasCutOffGetsWhatItMissed() throws Exception {
        lifecycle.confirm(order);
        lifecycle.cancel(order);

        var stream = open("0");
        assertStatus("1", "CONFIRMED", null, stream.nextStatus());
        assertStatus("2", "CANCELLED", "CUSTOMER_REQUEST", stream.nextStatus());
    }

    @Test
    void whenNothingChangesThereIsAHeartbeat() throws Exception {
        var stream = open(null);
        stream.nextStatus();

        assertEquals("heartbeat", stream.next().comment());
        assertEquals("heartbeat", stream.next().comment());
    }

    @Test
    void allListenersOfAnOrderAreToldAndNoOthers() throws Exception {
        var one = open(null);
        var two = open(null);
        var other = open(placed(), null);
        for (var stream : List.of(one, two, other)) {
            assertStatus("0", "PENDING", null, stream.nextStatus());
        }

        lifecycle.confirm(order);

        assertStatus("1", "CONFIRMED", null, one.nextStatus());
        assertStatus("1", "CONFIRMED", null, two.nextStatus());
        assertEquals("heartbeat", other.next().comment());
    }

    @Test
    void oneStreamTooManyIsRefused() throws Exception {
        for (int i = 0; i < MAX_STREAMS; i++) {
            open(null).nextStatus();
        }

        given().get(orders + "/" + order + "/events")
                .then()
                .statusCode(503)
                .contentType(Problem.MEDIA_TYPE)
                .header("Retry-After", Matchers.notNullValue());
    }

    private EventStreamClient open(String lastEventId) throws Exception {
        return open(order, lastEventId);
    }

    private EventStreamClient open(UUID orderId, String lastEventId) throws Exception {
        var client = new EventStreamClient(URI.create(orders + "/" + orderId + "/events"), lastEventId);
        clients.add(client);
        return client;
    }

    private void assertStatus(String id, String status, String reason, EventStreamClient.Received event) {
        assertEquals("status", event.name(), event.toString());
        assertEquals(id, event.id());
        var data = JsonPath.from(event.data());
        assertEquals(status, data.getString("status"));
        assertEquals(reason, data.getString("reason"));
        assertEquals(order.toString(), status.equals("PENDING") ? order.toString() : data.getString("orderId"));
    }

    private int openStreams() {
        String metrics = given().get("/q/metrics").asString();
        return metrics.lines()
                .filter(line -> line.startsWith("millrace_orders_event_streams"))
                .map(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}

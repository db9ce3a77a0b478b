package dev.millrace.notification.messaging;

import static io.restassured.RestAssured.when;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.messaging.InboundEvent;
import dev.millrace.notification.NotificationStack;
import dev.millrace.notification.ProducedEvents;
import dev.millrace.notification.ProducedEvents.Produced;
import dev.millrace.notification.SmtpFront;
import dev.millrace.notification.domain.NotificationKind;
import dev.millrace.stack.mail.CapturedMail;
import dev.millrace.stack.mail.MailServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * From an order's event over the real broker to the e-mail in the mailbox. The way from the outbox row to the queue is
 * walked by the test itself: outbox-relay is not part of this service.
 */
@QuarkusTest
@QuarkusTestResource(NotificationStack.class)
class NotificationFlowTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    MailServer mailServer;
    SmtpFront smtp;

    @Inject
    Publisher publisher;

    @Inject
    ProducedEvents produced;

    @Inject
    MeterRegistry meters;

    private final UUID orderId = UUID.randomUUID();
    private final String recipient = "ada-" + orderId + "@example.org";

    @Test
    void aConfirmedOrderIsToldByOneEmail() throws Exception {
        publisher.publish("orders", EventSamples.order("order.confirmed", orderId, recipient, null));
        UUID notificationId = awaitNotification();
        var job = produced.of(notificationId).getFirst();
        assertEquals("emails", job.destination());
        assertEquals("email.requested", job.type());
        assertTrue(job.priority() > NotificationKind.ORDER_CANCELLED.priority(), "before those of less urgency");
        when().get("/notifications?orderId=" + orderId)
                .then()
                .body("size()", equalTo(1))
                .body("[0].kind", equalTo("ORDER_CONFIRMED"))
                .body("[0].recipient", equalTo(recipient))
                .body("[0].status", equalTo("PENDING"))
                .body("[0].attempts", equalTo(0))
                .body("[0].sentAt", nullValue());

        relay(notificationId, job);

        awaitStatus("SENT");
        when().get("/notifications?orderId=" + orderId)
                .then()
                .body("[0].id", equalTo(notificationId.toString()))
                .body("[0].attempts", equalTo(1))
                .body("[0].sentAt", notNullValue())
                .body("[0].lastError", nullValue());
        var mails = mailsTo(recipient);
        assertEquals(1, mails.size());
        var mail = mails.getFirst();
        assertEquals("Your order " + orderId + " is confirmed", mail.subject());
        assertTrue(smtp.hasRelayed("X-Notification-Id: " + notificationId));
        assertEquals(notificationId + "@millrace", mail.messageId());
        assertTrue(mail.text().contains("Total: 11.00 EUR"));
    }

    @Test
    void eachEventOfAnOrderIsToldOnceAndOrderPlacedIsNot() throws Exception {
        publisher.publish("orders", EventSamples.order("order.placed", orderId, recipient, null));
        var confirmed = EventSamples.order("order.confirmed", orderId, recipient, null);
        publisher.publish("orders", confirmed);
        // Once as a new message with the same event, once as a new event of the same content.
        publisher.publishAs(UUID.randomUUID(), "orders", confirmed);
        publisher.publish("orders", EventSamples.order("order.confirmed", orderId, recipient, null));
        publisher.publish("orders", EventSamples.order("order.cancelled", orderId, recipient, "CUSTOMER_REQUEST"));

        // Order is kept per order: when the last is there, so are all.
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(List.of("ORDER_CONFIRMED", "ORDER_CANCELLED"), kinds()));
        for (String id : ids()) {
            assertEquals(List.of("email.requested"), produced.typesOf(id));
        }
    }

    @Test
    void aJobThatComesAgainSendsNothing() throws Exception {
        var job = requestedJob();
        publisher.publish("emails", job);
        awaitStatus("SENT");

        awaitOneMore("already-sent", () -> publisher.publishAs(UUID.randomUUID(), "emails", job));

        assertEquals(1, mailsTo(recipient).size());
        when().get("/notifications?orderId=" + orderId).then().body("[0].attempts", equalTo(1));
    }

    @Test
    void theSameJobTakenByTwoWorkersAtOnceIsSentByOne() throws Exception {
        var release = smtp.hold(recipient);
        var job = requestedJob();
        publisher.publish("emails", job);
        awaitAttempts(1);

        // Another key, so that the broker hands it out beside the first.
        var twin =
                EventSamples.event(job.type(), job.source(), UUID.randomUUID(), new JsonObject(new String(job.data())));
        awaitOneMore("taken", () -> publisher.publish("emails", twin));
        release.countDown();

        awaitOneMore("already-sent", () -> {});
        awaitStatus("SENT");
        assertEquals(1, mailsTo(recipient).size());
    }

    @Test
    void aBusyMailServerIsTriedAgainAndEveryAttemptCounts() throws Exception {
        smtp.refuse(recipient, "451 4.3.2 try again later", "421 4.3.2 going down");
        publisher.publish("emails", requestedJob());

        awaitStatus("SENT");
        when().get("/notifications?orderId=" + orderId).then().body("[0].attempts", equalTo(3));
        assertEquals(1, mailsTo(recipient).size());
    }

    @Test
    void whatTheMailServerRefusesForEverHasFailed() throws Exception {
        smtp.refuse(recipient, "550 5.1.1 no such mailbox", "550 5.1.1 no such mailbox");
        publisher.publish("emails", requestedJob());

        awaitStatus("FAILED");
        String error = ofOrder("[0].lastError");
        assertTrue(error.contains("550 5.1.1 no such mailbox"), error);
        when().get("/notifications?orderId=" + orderId).then().body("[0].attempts", equalTo(1));
        assertEquals(0, mailsTo(recipient).size());
    }

    @Test
    void aFailedEmailReachesARepairedRecipient() throws Exception {
        smtp.refuse(recipient, "550 5.1.1 no such mailbox");
        var job = requestedJob();
        publisher.publish("emails", job);
        awaitStatus("FAILED");

        String repaired = "repaired-" + recipient;
        var data = new JsonObject(new String(job.data())).put("recipient", repaired);
        publisher.publish("emails", EventSamples.event(job.type(), job.source(), UUID.randomUUID(), data));

        awaitStatus("SENT");
        assertEquals(1, mailsTo(repaired).size());
        when().get("/notifications?orderId=" + orderId).then().body("[0].recipient", equalTo(repaired));
    }

    @Test
    void anAddressThatIsNoneFailsWithoutAskingTheMailServer() throws Exception {
        var job = requestedJob();
        var data = new JsonObject(new String(job.data())).put("recipient", "nobody\r\nRCPT TO:<all@example.org>");
        publisher.publish("emails", EventSamples.event(job.type(), job.source(), UUID.randomUUID(), data));

        awaitStatus("FAILED");
        assertEquals(0, mailsTo(recipient).size());
    }

    @Test
    void readinessDoesNotDependOnTheMailServerAndItsReturnEndsTheWait() throws Exception {
        smtp.goAway();
        publisher.publish("emails", requestedJob());
        awaitAttempts(1);
        when().get("/q/health/ready").then().statusCode(200);

        smtp.comeBack();
        awaitStatus("SENT");
        assertEquals(1, mailsTo(recipient).size());
    }

    @Test
    void manyEmailsShareFewConnections() throws Exception {
        int before = smtp.connections();
        var orders = Stream.generate(UUID::randomUUID).limit(40).toList();
        for (UUID order : orders) {
            publisher.publish("orders", EventSamples.order("order.confirmed", order, recipient, null));
        }
        await().atMost(LIMIT)
                .until(() -> orders.stream().noneMatch(order -> idsOf(order).isEmpty()));
        for (UUID order : orders) {
            publisher.publish(
                    "emails", EventSamples.job(UUID.fromString(idsOf(order).getFirst()), order, recipient));
        }

        await().atMost(LIMIT).until(() -> mailsTo(recipient).size() == orders.size());
        int opened = smtp.connections() - before;
        assertTrue(opened <= 8, "connections opened: " + opened);
    }

    /** Makes a notification by an event and returns its job, not yet published. */
    private InboundEvent requestedJob() throws Exception {
        publisher.publish("orders", EventSamples.order("order.confirmed", orderId, recipient, null));
        UUID notificationId = awaitNotification();
        return EventSamples.job(notificationId, orderId, recipient);
    }

    private void relay(UUID notificationId, Produced job) throws Exception {
        var data = new JsonObject(job.data().toString());
        publisher.publish(job.destination(), EventSamples.event(job.type(), job.source(), notificationId, data));
    }

    private UUID awaitNotification() {
        await().atMost(LIMIT).until(() -> !ids().isEmpty());
        return UUID.fromString(ids().getFirst());
    }

    private void awaitStatus(String status) {
        await().atMost(LIMIT).until(() -> ofOrder("[0].status"), equalTo(status));
    }

    private void awaitAttempts(int attempts) {
        await().atMost(LIMIT).until(() -> {
            int counted = when().get("/notifications?orderId=" + orderId)
                    .then()
                    .extract()
                    .path("[0].attempts");
            return counted >= attempts;
        });
    }

    private void awaitOneMore(String outcome, Action action) throws Exception {
        double before = outcomes(outcome);
        action.run();
        await().atMost(LIMIT).until(() -> outcomes(outcome) > before);
    }

    private double outcomes(String outcome) {
        return meters.find("notification.emails").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private List<String> ids() {
        return idsOf(orderId);
    }

    private static List<String> idsOf(UUID order) {
        return when().get("/notifications?orderId=" + order)
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private <T> T ofOrder(String path) {
        return when().get("/notifications?orderId=" + orderId).then().extract().path(path);
    }

    private List<String> kinds() {
        return ofOrder("kind");
    }

    private List<CapturedMail> mailsTo(String address) {
        return mailServer.mailbox().to(address);
    }

    private interface Action {
        void run() throws Exception;
    }
}

package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One trace from the HTTP request to the mail. */
@EndToEndTest
class TraceTest {
    private final Millrace system;

    TraceTest(Millrace system) {
        this.system = system;
    }

    @Test
    void theTraceOfTheRequestGoesThroughEveryEventToTheMail() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String sku = system.inventory().newProduct("4.00", 10);
        var request = OrderRequest.byNewCustomer().line(sku, 1);
        try (var client = system.amqp()) {
            var orders = client.receiver("orders", 100);
            var stock = client.receiver("stock", 100);
            String id = system.http(Part.ORDER)
                    .send(
                            "POST",
                            "/orders",
                            request.json().toString(),
                            "application/json",
                            Map.of(
                                    "Idempotency-Key",
                                    UUID.randomUUID().toString(),
                                    "traceparent",
                                    "00-" + trace + "-00f067aa0ba902b7-01"))
                    .expect(201)
                    .body()
                    .path("id")
                    .asText();
            assertEquals(trace, traceOf(orders, "order.placed", id));
            assertEquals(trace, traceOf(stock, "stock.reserved", id));
            assertEquals(trace, traceOf(orders, "order.confirmed", id));
        }
        JsonNode mail = system.mailbox().awaitMails(request.email(), 1).getFirst();
        assertEquals(trace, traceId(system.mailbox().header(mail, "traceparent")));
    }

    private static String traceOf(AmqpReceiver receiver, String type, String orderId) {
        while (true) {
            var delivery = receiver.next();
            delivery.accept();
            boolean wanted = orderId.equals(delivery.message().getGroupId())
                    && type.equals(Messages.attribute(delivery.message(), "type"));
            if (wanted) {
                return traceId(String.valueOf(
                        delivery.message().getApplicationProperties().getValue().get("traceparent")));
            }
        }
    }

    private static String traceId(String traceparent) {
        String[] parts = traceparent.split("-");
        return parts.length == 4 ? parts[1] : "no traceparent: " + traceparent;
    }
}

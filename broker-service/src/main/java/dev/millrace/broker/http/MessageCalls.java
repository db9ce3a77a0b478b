package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.BrowsedMessage;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.Message;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Publishes and looks at messages, of queues and topics alike. Thread-safe. */
@ApplicationScoped
public class MessageCalls {

    static final String MESSAGE = """
            {"body": {"orderId": "4711"}, "subject": "order.placed", "groupId": "4711", "ttl": "PT1H",
             "applicationProperties": {"tenant": "acme"}}""";

    static final String RECEIPTS = """
            {"items": [{"messageId": "9f0c6e0e-0f57-4a44-9a4e-3a8f6c1e7c11", "offset": 17}]}""";

    static final String FULL = """
            {"type": "urn:millrace:problem:full", "title": "There is no room", "status": 429,
             "detail": "'emails' is full: 1000 messages wait there, maxMessages is 1000."}""";

    private final BrokerCalls broker;
    private final int maxMessageBytes;

    @Inject
    MessageCalls(BrokerCalls broker, @ConfigProperty(name = "broker.max-message-bytes") int maxMessageBytes) {
        this.broker = broker;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** What was stored. */
    @Schema(name = "Receipts")
    public record Receipts(List<Receipt> items) {}

    /** Where one message was stored. */
    @Schema(name = "Receipt")
    public record Receipt(
            @Schema(examples = "9f0c6e0e-0f57-4a44-9a4e-3a8f6c1e7c11")
            String messageId,

            @Schema(examples = "17") long offset) {}

    CompletionStage<Response> publish(DestinationView.Kind kind, String name, JsonNode body) {
        List<Message> messages = PublishedMessage.readAll(body, maxMessageBytes, System.currentTimeMillis());
        return broker.ask(new AdminRequest.Store(kind, name, messages))
                .thenApply(receipts -> Response.status(Response.Status.CREATED)
                        .entity(new Receipts(receipts.stream()
                                .map(receipt -> new Receipt(receipt.messageId(), receipt.offset()))
                                .toList()))
                        .build());
    }

    CompletionStage<BrowsedMessage.Page> browse(
            DestinationView.Kind kind, String name, String from, String after, String limit) {
        return broker.ask(new AdminRequest.Browse(kind, name, Parameters.start(from, after), Parameters.limit(limit)));
    }
}

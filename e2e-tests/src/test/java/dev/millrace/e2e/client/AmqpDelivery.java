package dev.millrace.e2e.client;

import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonReceiver;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.message.Message;

/** A message that was delivered and waits to be settled. */
public final class AmqpDelivery {
    private final AmqpClient client;
    private final ProtonReceiver link;
    private final ProtonDelivery delivery;
    private final Message message;

    AmqpDelivery(AmqpClient client, ProtonReceiver link, ProtonDelivery delivery, Message message) {
        this.client = client;
        this.link = link;
        this.delivery = delivery;
        this.message = message;
    }

    /** What came. */
    public Message message() {
        return message;
    }

    /** Its message-id as text. */
    public String id() {
        return String.valueOf(message.getMessageId());
    }

    /** Its data section as text. */
    public String text() {
        if (message.getBody() instanceof Data data) {
            Binary bytes = data.getValue();
            return new String(bytes.getArray(), bytes.getArrayOffset(), bytes.getLength(), StandardCharsets.UTF_8);
        }
        throw new AssertionError("message " + id() + " has no data section but " + message.getBody());
    }

    /** Failed attempts so far, from its header. */
    public long deliveryCount() {
        return message.getDeliveryCount();
    }

    /** A message annotation, or null. */
    public Object annotation(String name) {
        Map<Symbol, Object> annotations = message.getMessageAnnotations() == null
                ? Map.of()
                : message.getMessageAnnotations().getValue();
        return annotations.get(Symbol.valueOf(name));
    }

    /** Done. */
    public void accept() {
        settle(Accepted.getInstance());
    }

    /** Back at once, not counted. */
    public void release() {
        settle(Released.getInstance());
    }

    /** A failed attempt. */
    public void fail() {
        var modified = new Modified();
        modified.setDeliveryFailed(true);
        settle(modified);
    }

    /** A failed attempt, and no other. */
    public void undeliverable() {
        var modified = new Modified();
        modified.setDeliveryFailed(true);
        modified.setUndeliverableHere(true);
        settle(modified);
    }

    /** Can never be handled. */
    public void reject(String condition, String description) {
        var rejected = new Rejected();
        rejected.setError(new ErrorCondition(Symbol.valueOf(condition), description));
        settle(rejected);
    }

    private void settle(DeliveryState outcome) {
        client.onLoop(() -> {
            delivery.disposition(outcome, true);
            link.flow(1);
        });
    }
}

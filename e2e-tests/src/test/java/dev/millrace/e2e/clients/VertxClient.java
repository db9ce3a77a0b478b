package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.system.AmqpEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.message.Message;

/** vertx-proton. It shows no bytes of what it receives, only values. */
final class VertxClient implements Client {
    private static final int MOST_BYTES = 1 << 20;

    private final AmqpClient amqp;
    private final Map<String, AmqpSender> senders = new HashMap<>();
    private final Map<String, Incoming> receivers = new HashMap<>();

    private record Incoming(AmqpReceiver link, List<AmqpDelivery> deliveries) {}

    VertxClient(AmqpEndpoint broker) {
        amqp = AmqpClient.connect(broker);
    }

    @Override
    public void openSender(String link, String address) {
        senders.put(link, amqp.sender(address));
    }

    @Override
    public byte[] send(String link, JsonNode note) {
        Message message = MessageNotation.toProton(note);
        try {
            senders.get(link).sendAccepted(message);
        } catch (AssertionError e) {
            throw new IllegalStateException(e.getMessage(), e); // as the other clients say it
        }
        byte[] buffer = new byte[MOST_BYTES];
        return Arrays.copyOf(buffer, message.encode(buffer, 0, buffer.length));
    }

    @Override
    public String openReceiver(String link, String address, int credit) {
        AmqpReceiver receiver = address == null ? amqp.dynamicReceiver(credit) : amqp.receiver(address, credit);
        receivers.put(link, new Incoming(receiver, new ArrayList<>()));
        return receiver.address();
    }

    @Override
    public List<Received> receive(String link, int count) {
        Incoming incoming = receivers.get(link);
        var received = new ArrayList<Received>();
        for (int i = 0; i < count; i++) {
            AmqpDelivery delivery = incoming.link.next();
            received.add(new Received(incoming.deliveries.size(), null, MessageNotation.of(delivery.message())));
            incoming.deliveries.add(delivery);
        }
        return received;
    }

    @Override
    public void settle(String link, List<Integer> ids, Settlement outcome) {
        for (int id : ids) {
            AmqpDelivery delivery = receivers.get(link).deliveries.get(id);
            switch (outcome) {
                case ACCEPTED -> delivery.accept();
                case RELEASED -> delivery.release();
                case FAILED -> delivery.fail();
                case UNDELIVERABLE -> delivery.undeliverable();
                case REJECTED -> delivery.reject("test:rejected", "rejected on purpose");
            }
        }
    }

    @Override
    public int drain(String link) {
        return receivers.get(link).link.drain();
    }

    @Override
    public void addCredit(String link, int credit) {
        receivers.get(link).link.addCredit(credit);
    }

    @Override
    public void end(String link) {
        receivers.get(link).link.close();
    }

    @Override
    public void begin() {
        throw new UnsupportedOperationException("vertx-proton has no transactions");
    }

    @Override
    public void commit() {
        throw new UnsupportedOperationException("vertx-proton has no transactions");
    }

    @Override
    public void rollback() {
        throw new UnsupportedOperationException("vertx-proton has no transactions");
    }

    @Override
    public void close() {
        amqp.close();
    }
}

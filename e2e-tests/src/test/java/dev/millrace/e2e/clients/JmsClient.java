package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.system.AmqpEndpoint;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.jms.JmsConnectionFactory;

/** Qpid JMS. Without prefetching: it gives credit when it is asked for a message, and drains it when none comes. */
final class JmsClient implements Client {
    private static final long LIMIT_MILLIS = 15_000;
    /** Qpid JMS's own mode: each message for itself, with an outcome in a property. */
    private static final int INDIVIDUAL_ACKNOWLEDGE = 101;

    private static final String OUTCOME = "JMS_AMQP_ACK_TYPE";

    private final Connection connection;
    private final Map<String, MessageProducer> producers = new HashMap<>();
    private final Map<String, Incoming> consumers = new HashMap<>();
    /** The one that new links are made on. */
    private Session session;

    private record Incoming(MessageConsumer consumer, Queue source, List<Message> deliveries, Deque<Received> waiting) {

        void add(Message message) throws JMSException {
            waiting.add(new Received(deliveries.size(), null, JmsNotation.of(message)));
            deliveries.add(message);
        }
    }

    private interface Call<T> {
        T run() throws JMSException;
    }

    JmsClient(AmqpEndpoint broker) {
        String uri = "amqp://%s:%d?jms.prefetchPolicy.all=0".formatted(broker.host(), broker.port());
        connection = call(() -> {
            Connection opened = broker.user() == null
                    ? new JmsConnectionFactory(uri).createConnection()
                    : new JmsConnectionFactory(uri).createConnection(broker.user(), broker.password());
            opened.start();
            return opened;
        });
        session = call(() -> connection.createSession(INDIVIDUAL_ACKNOWLEDGE));
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void openSender(String link, String address) {
        producers.put(link, call(() -> session.createProducer(address == null ? null : session.createQueue(address))));
    }

    @Override
    public byte[] send(String link, JsonNode note) {
        return call(() -> {
            MessageProducer producer = producers.get(link);
            Destination to = producer.getDestination() != null
                    ? producer.getDestination()
                    : session.createQueue(note.at("/properties/to/1").asText());
            boolean durable = note.at("/header/durable/1").asText("true").equals("true");
            Message message = JmsNotation.toJms(session, note);
            int mode = durable ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
            int priority = note.at("/header/priority/1").asInt(Message.DEFAULT_PRIORITY);
            long ttl = note.at("/header/ttl/1").asLong(0);
            if (producer.getDestination() == null) {
                producer.send(to, message, mode, priority, ttl);
            } else {
                producer.send(message, mode, priority, ttl);
            }
            return null;
        });
    }

    @Override
    public String openReceiver(String link, String address, int credit) {
        return call(() -> {
            Queue queue = address == null ? session.createTemporaryQueue() : session.createQueue(address);
            consumers.put(
                    link, new Incoming(session.createConsumer(queue), queue, new ArrayList<>(), new ArrayDeque<>()));
            return queue.getQueueName();
        });
    }

    @Override
    public List<Received> receive(String link, int count) {
        Incoming incoming = consumers.get(link);
        var received = new ArrayList<Received>();
        for (int i = 0; i < count; i++) {
            if (incoming.waiting.isEmpty()) {
                call(() -> {
                    Message message = incoming.consumer.receive(LIMIT_MILLIS);
                    if (message == null) {
                        throw new AssertionError("nothing came within " + LIMIT_MILLIS + " ms");
                    }
                    incoming.add(message);
                    return null;
                });
            }
            received.add(incoming.waiting.remove());
        }
        return received;
    }

    @Override
    public void settle(String link, List<Integer> ids, Settlement outcome) {
        call(() -> {
            if (session.getTransacted()) {
                return null; // the commit accepts what was received
            }
            for (int id : ids) {
                Message message = consumers.get(link).deliveries.get(id);
                message.setIntProperty(
                        OUTCOME,
                        switch (outcome) {
                            case ACCEPTED -> 1;
                            case REJECTED -> 2;
                            case RELEASED -> 3;
                            case FAILED -> 4;
                            case UNDELIVERABLE -> 5;
                        });
                message.acknowledge();
            }
            return null;
        });
    }

    @Override
    public int drain(String link) {
        Incoming incoming = consumers.get(link);
        return call(() -> {
            for (Message next = incoming.consumer.receiveNoWait();
                    next != null;
                    next = incoming.consumer.receiveNoWait()) {
                incoming.add(next);
            }
            return incoming.waiting.size();
        });
    }

    @Override
    public void addCredit(String link, int credit) {
        // It gives credit when it is asked for a message.
    }

    @Override
    public void end(String link) {
        call(() -> {
            Incoming incoming = consumers.remove(link);
            incoming.consumer.close();
            if (incoming.source instanceof TemporaryQueue temporary) {
                temporary.delete();
            }
            return null;
        });
    }

    @Override
    public void begin() {
        session = call(() -> session.getTransacted() ? session : connection.createSession(Session.SESSION_TRANSACTED));
    }

    @Override
    public void commit() {
        call(() -> {
            session.commit();
            return null;
        });
    }

    @Override
    public void rollback() {
        call(() -> {
            session.rollback();
            return null;
        });
    }

    @Override
    public void close() {
        call(() -> {
            connection.close();
            return null;
        });
    }
}

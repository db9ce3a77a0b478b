package dev.millrace.benchmarks.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.millrace.benchmarks.MeasurementFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Load through RabbitMQ's own Java client (AMQP 0.9.1), the one that its perf-test uses. Queues are quorum queues: the
 * only kind that syncs before it confirms. A topic is a fan-out exchange with a queue for each subscription.
 */
public final class RabbitTraffic implements Traffic {
    private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

    private final List<Connection> connections = new ArrayList<>();
    private final List<RabbitPublisher> publishers = new ArrayList<>();

    private RabbitTraffic() {}

    /** Declares what the workload needs and connects all clients. */
    public static RabbitTraffic connect(int port, Workload workload, Meter meter) throws InterruptedException {
        var traffic = new RabbitTraffic();
        try {
            traffic.declare(traffic.connection(port).createChannel(), workload);
            for (int i = 0; i < workload.consumers(); i++) {
                Connection connection = traffic.connection(port);
                for (Workload.Source source : workload.sources(i)) {
                    traffic.consume(connection.createChannel(), source, workload, meter);
                }
            }
            for (int i = 0; i < workload.publishers(); i++) {
                Channel channel = traffic.connection(port).createChannel();
                traffic.publishers.add(new RabbitPublisher(channel, workload, i, meter));
            }
            return traffic;
        } catch (IOException | TimeoutException e) {
            traffic.close();
            throw new MeasurementFailure("A RabbitMQ client failed (%s).".formatted(e), e);
        }
    }

    private Connection connection(int port) throws IOException, TimeoutException {
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        Connection connection = factory.newConnection();
        connections.add(connection);
        return connection;
    }

    private void declare(Channel channel, Workload workload) throws IOException {
        for (String name : workload.names()) {
            if (!workload.isTopic()) {
                channel.queueDeclare(name, true, false, false, QUORUM);
                continue;
            }
            channel.exchangeDeclare(name, "fanout", true);
            for (int i = 0; i < workload.subscriptions(); i++) {
                String queue = new Workload.Source(name, Workload.subscription(i)).address();
                channel.queueDeclare(queue, true, false, false, QUORUM);
                channel.queueBind(queue, name, "");
            }
        }
    }

    private void consume(Channel channel, Workload.Source source, Workload workload, Meter meter) throws IOException {
        ClientMeter counters = meter.client(); // each channel has one delivery at a time
        channel.basicQos(Math.clamp(workload.inFlight(), 1, 65_535));
        channel.basicConsume(source.address(), false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                counters.delivered(ByteBuffer.wrap(body).getLong());
                channel.basicAck(envelope.getDeliveryTag(), false);
            }
        });
    }

    @Override
    public void publish() {
        publishers.forEach(publisher -> publisher.start(0));
    }

    @Override
    public void publish(double perSecond) {
        publishers.forEach(publisher -> publisher.start(perSecond / publishers.size()));
    }

    @Override
    public void pause() throws InterruptedException {
        for (RabbitPublisher publisher : publishers) {
            publisher.pause();
        }
    }

    @Override
    public void close() {
        publishers.forEach(RabbitPublisher::stop);
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (IOException | RuntimeException e) {
                connection.abort(); // it was gone already
            }
        }
    }
}

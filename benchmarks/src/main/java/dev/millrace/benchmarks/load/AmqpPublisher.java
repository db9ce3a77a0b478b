package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.Schedule;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.message.Message;

/**
 * One connection that publishes durable messages, with one link for each of its destinations. Between messages nothing is
 * built anew: each link sends one message object again and again, with another time in its body.
 */
final class AmqpPublisher extends AbstractVerticle {
    private static final Symbol TOPIC = Symbol.valueOf("topic");
    private static final long WINDOW_CHECK_MILLIS = 1;

    private final String host;
    private final int port;
    private final Workload workload;
    private final int number;
    private final Meter meter;
    private final ClientMeter counters;
    private final Window window;
    private final List<PublisherLink> links = new ArrayList<>();

    private ProtonConnection connection;
    private Promise<Void> ready;
    private boolean running;
    private Schedule schedule;
    private long startNanoTime;
    private int sentOnSchedule;
    private int unanswered;
    private int nextLink;
    private boolean waitsForWindow;
    private CompletableFuture<Void> idle;

    AmqpPublisher(String host, int port, Workload workload, int number, Meter meter) {
        this.host = host;
        this.port = port;
        this.workload = workload;
        this.number = number;
        this.meter = meter;
        this.counters = meter.client();
        this.window = new Window(meter, workload);
    }

    @Override
    public void start(Promise<Void> started) {
        ready = started;
        ProtonClient.create(vertx).connect(host, port, connecting -> {
            if (connecting.failed()) {
                started.tryFail(connecting.cause());
                return;
            }
            connection = connecting.result();
            connection.setContainer("bench-publisher-" + number);
            connection.disconnectHandler(gone -> ended("the broker closed the connection of a publisher"));
            connection.open();
            workload.targets(number).forEach(address -> links.add(new PublisherLink(address)));
        });
    }

    /** Says goodbye, so that what was sent last, and settled last, gets to the broker. */
    @Override
    public void stop(Promise<Void> stopped) {
        if (connection == null || connection.isDisconnected()) {
            stopped.complete();
            return;
        }
        connection.disconnectHandler(gone -> stopped.tryComplete());
        connection.closeHandler(closed -> {
            connection.disconnect();
            stopped.tryComplete();
        });
        connection.close();
    }

    /** Begins to send; at a rate above 0 on a schedule. From any thread. */
    void publish(double perSecond) {
        context.runOnContext(on -> {
            schedule = perSecond > 0 ? Schedule.endless(perSecond) : null;
            startNanoTime = System.nanoTime();
            sentOnSchedule = 0;
            running = true;
            links.forEach(PublisherLink::pump);
        });
    }

    /** Sends what is due by now. From any thread. */
    void tick() {
        context.runOnContext(on -> sendDue());
    }

    /** Stops sending; completes when everything that was sent is answered. From any thread. */
    CompletableFuture<Void> pause() {
        var future = new CompletableFuture<Void>();
        context.runOnContext(on -> {
            running = false;
            idle = future;
            answered(0);
        });
        return future;
    }

    private void sendDue() {
        if (!running || schedule == null) {
            return;
        }
        int due = schedule.due(System.nanoTime() - startNanoTime);
        for (int blocked = 0; sentOnSchedule < due && blocked < links.size(); ) {
            PublisherLink link = links.get(nextLink++ % links.size());
            if (link.hasCredit()) {
                blocked = 0;
                link.send(startNanoTime + schedule.nanos(sentOnSchedule++));
            } else {
                blocked++;
            }
        }
    }

    private boolean isInWindow() {
        if (window.take()) {
            return true;
        }
        if (!waitsForWindow) {
            waitsForWindow = true;
            vertx.setTimer(WINDOW_CHECK_MILLIS, timer -> {
                waitsForWindow = false;
                links.forEach(PublisherLink::pump);
            });
        }
        return false;
    }

    private void answered(int count) {
        unanswered -= count;
        if (unanswered == 0 && idle != null) {
            idle.complete(null);
        }
    }

    private void ended(String why) {
        ready.tryFail(why);
        if (idle != null) {
            idle.completeExceptionally(new IllegalStateException(why));
        }
        for (int i = 0; i < unanswered; i++) {
            meter.refused(why);
        }
        unanswered = 0;
        running = false;
    }

    private final class PublisherLink {
        private final ProtonSender sender;
        private final byte[] body = new byte[workload.messageBytes()];
        private final Message message = Proton.message();
        private final int limit;
        private int inFlight;

        PublisherLink(String address) {
            limit = Math.max(1, workload.inFlight() / workload.targets(number).size());
            message.setDurable(true);
            message.setBody(new Data(new Binary(body)));
            sender = connection.createSender(address);
            if (workload.isTopic()) {
                ((Target) sender.getTarget()).setCapabilities(TOPIC);
            }
            sender.openHandler(opened -> onOpened(opened, address));
            sender.closeHandler(
                    closed -> ended("the broker closed the link to " + address + " (" + closed.cause() + ")"));
            sender.sendQueueDrainHandler(credited -> onCredit());
            sender.open();
        }

        private void onOpened(AsyncResult<ProtonSender> opened, String address) {
            if (opened.failed()) {
                ready.tryFail("the broker refused the link to " + address + " (" + opened.cause() + ")");
            }
        }

        private void onCredit() {
            if (links.size() == workload.targets(number).size()
                    && links.stream().allMatch(PublisherLink::hasCredit)) {
                ready.tryComplete();
            }
            pump();
        }

        boolean hasCredit() {
            return !sender.sendQueueFull();
        }

        /** Closed loop: sends as many as may be in flight. */
        void pump() {
            while (running && schedule == null && inFlight < limit && hasCredit() && isInWindow()) {
                send(System.nanoTime());
            }
        }

        void send(long intended) {
            inFlight++;
            unanswered++;
            counters.published();
            ByteBuffer.wrap(body).putLong(0, intended);
            sender.send(message, delivery -> onAnswer(delivery, intended));
        }

        private void onAnswer(ProtonDelivery delivery, long intended) {
            if (!delivery.remotelySettled()) {
                return;
            }
            if (delivery.getRemoteState() instanceof Accepted) {
                counters.acknowledged(intended);
            } else {
                meter.refused(delivery.getRemoteState());
            }
            inFlight--;
            answered(1);
            pump();
        }
    }
}

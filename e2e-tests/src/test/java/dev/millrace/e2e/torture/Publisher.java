package dev.millrace.e2e.torture;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.AmqpEndpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.message.Message;

/**
 * Sends steps of its keys, many at a time, until it is told to finish. What was not accepted when a connection ended it
 * sends again, oldest first, on the next.
 */
final class Publisher implements Worker {
    private static final int WINDOW = 200;
    private static final int KEYS = 32;
    /** Messages that wait to be delivered when it makes a pause, so that kills find publishers and consumers at work. */
    private static final long BACKLOG = 5_000;

    private static final long PAUSE_NANOS = 1_000_000;
    private static final String BODY = "x".repeat(500);

    private final AmqpEndpoint broker;
    private final String queue;
    private final Ledger ledger;
    private final String name;
    private final SplittableRandom random;
    private final int[] nextStep = new int[KEYS];
    private final Deque<Copy> unanswered = new ArrayDeque<>();
    private volatile boolean finishing;
    private volatile boolean stopped;

    Publisher(AmqpEndpoint broker, String queue, Ledger ledger, String name, SplittableRandom random) {
        this.broker = broker;
        this.queue = queue;
        this.ledger = ledger;
        this.name = name;
        this.random = random;
    }

    /** No new steps; it ends when all it has sent is accepted. */
    void finish() {
        finishing = true;
    }

    /** Ends it with the window that is under way, or the connection, whatever was not accepted. */
    @Override
    public void stop() {
        finishing = true;
        stopped = true;
    }

    @Override
    public void run() {
        while (hasWork()) {
            Connecting.to(broker, this::publish);
        }
    }

    private void publish(AmqpClient amqp) {
        AmqpSender sender = amqp.sender(queue);
        List<Copy> again = new ArrayList<>(unanswered);
        unanswered.clear();
        again.forEach(copy -> unanswered.add(copy.again()));
        while (hasWork()) {
            while (!finishing && ledger.backlog() > BACKLOG) {
                LockSupport.parkNanos(PAUSE_NANOS);
                amqp.requireConnected();
            }
            while (!finishing && unanswered.size() < WINDOW) {
                unanswered.add(next());
            }
            var outcomes = new ArrayList<CompletableFuture<?>>();
            for (Copy copy : unanswered) {
                outcomes.add(sender.send(message(copy)).thenAccept(outcome -> {
                    if (!(outcome instanceof Accepted)) {
                        throw new IllegalStateException(copy + " was answered with " + outcome);
                    }
                    ledger.accepted(copy);
                }));
            }
            // A window at a time: what remains unanswered after a crash is then a suffix of what was sent.
            for (CompletableFuture<?> outcome : outcomes) {
                outcome.join();
                unanswered.removeFirst();
            }
        }
    }

    private boolean hasWork() {
        return !stopped && (!finishing || !unanswered.isEmpty());
    }

    private Copy next() {
        int key = random.nextInt(KEYS);
        return new Copy(name + key, nextStep[key]++, 0);
    }

    private static Message message(Copy copy) {
        Message message = Messages.of(copy.toString(), BODY);
        message.setGroupId(copy.key());
        return message;
    }
}

package dev.millrace.broker.amqp;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.ConsumerLink;
import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.engine.CommandSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Stands in for the broker's core: queues in memory, on a thread of its own, and a list of all commands. Addresses that
 * begin with {@code missing} are refused; messages for {@code full} are rejected.
 */
final class MemoryBroker implements CommandSink, AutoCloseable {

    static final int PUBLISHER_CREDIT = 1000;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<Command> commands = new CopyOnWriteArrayList<>();
    private final Map<String, ArrayDeque<Message>> queues = new HashMap<>();
    private final Map<ConsumerLink, Consumer> consumers = new IdentityHashMap<>();
    private final Map<dev.millrace.broker.core.PublisherLink, String> publishers = new IdentityHashMap<>();
    private long nextId = 1;
    private long nextOffset;
    private Function<Message, List<Death>> deaths = message -> List.of();
    private volatile Runnable beforeDrained = () -> {};

    private static final class Consumer {
        String address;
        int credit;
        long handedOut;
        long drain;
    }

    @Override
    public void submit(Command command) {
        thread.execute(() -> {
            commands.add(command);
            execute(command);
        });
    }

    /** Everything submitted so far of one kind. */
    <T extends Command> List<T> commands(Class<T> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    void deliverAsDeadLetters(Function<Message, List<Death>> deaths) {
        this.deaths = deaths;
    }

    /** What happens on the broker's thread between the deliveries of a drain and its end. */
    void beforeDrained(Runnable task) {
        beforeDrained = task;
    }

    /** Runs something on the broker's thread, as effects do. */
    void run(Runnable task) {
        thread.execute(task);
    }

    /** Returns when everything submitted before is executed. */
    void settle() {
        try {
            thread.submit(() -> {}).get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void execute(Command command) {
        switch (command) {
            case Command.AttachPublisher attach -> {
                String address = attach.target().address();
                if (address != null && address.startsWith("missing")) {
                    attach.link().refused(new BrokerError(BrokerError.Code.NOT_FOUND, "no queue " + address));
                } else {
                    publishers.put(attach.link(), address == null ? "" : address);
                    attach.link().attached(PUBLISHER_CREDIT);
                }
            }
            case Command.Publish publish -> publish(publish);
            case Command.AttachConsumer attach -> {
                if (attach.source().address().startsWith("missing")) {
                    attach.link()
                            .refused(new BrokerError(
                                    BrokerError.Code.NOT_FOUND,
                                    "no queue " + attach.source().address()));
                } else {
                    Consumer consumer = new Consumer();
                    consumer.address = attach.source().address();
                    consumers.put(attach.link(), consumer);
                    attach.link().attached();
                }
            }
            case Command.Flow flow -> {
                Consumer consumer = consumers.get(flow.link());
                if (consumer != null) {
                    consumer.credit = (int) Math.max(0, flow.credit() - (consumer.handedOut - flow.deliveriesSeen()));
                    consumer.drain = flow.drain();
                    deliver();
                    if (consumer.drain != Command.Flow.NO_DRAIN) {
                        consumer.credit = 0;
                        beforeDrained.run();
                        flow.link().drained(consumer.drain);
                    }
                }
            }
            case Command.Confirm confirm -> confirm.link().confirmed();
            case Command.DetachConsumer detach -> consumers.remove(detach.link());
            default -> {
                // Recorded only.
            }
        }
    }

    private void publish(Command.Publish publish) {
        String address = publish.destination() == null ? publishers.get(publish.link()) : publish.destination();
        if (address.equals("full")) {
            publish.link()
                    .rejected(
                            publish.tag(),
                            new BrokerError(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, "the queue is full"));
        } else {
            queues.computeIfAbsent(address, name -> new ArrayDeque<>()).add(publish.message());
            if (!publish.settled()) {
                publish.link().accepted(publish.tag());
            }
            deliver();
        }
        publish.link().granted(1);
    }

    private void deliver() {
        for (Map.Entry<ConsumerLink, Consumer> entry : List.copyOf(new ArrayList<>(consumers.entrySet()))) {
            Consumer consumer = entry.getValue();
            ArrayDeque<Message> queue = queues.getOrDefault(consumer.address, new ArrayDeque<>());
            while (consumer.credit > 0 && !queue.isEmpty()) {
                Message message = queue.poll();
                consumer.credit--;
                consumer.handedOut++;
                long now = System.currentTimeMillis();
                entry.getKey()
                        .deliver(new Delivery(
                                nextId++, message, nextOffset++, now, 0, now + 30_000, 0, deaths.apply(message)));
            }
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}

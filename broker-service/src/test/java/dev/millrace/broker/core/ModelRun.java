package dev.millrace.broker.core;

import dev.millrace.broker.core.ReferenceReader.Entry;
import dev.millrace.broker.core.ReferenceReader.ReferenceConsumer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps done with the real core, over its log on a simulated disk, and with the reference at once. After each of them
 * every delivery must have been allowed, nothing that could be delivered may be held back, and the counts must agree.
 */
final class ModelRun {
    private static final String QUEUE = "q";
    private static final String TOPIC = "t";
    private static final long WINDOW_MILLIS = 5_000;
    /** Longer than any delay, lock or backoff. */
    private static final long LONG_MILLIS = 60_000;

    private static final int MANY = 1_000;
    private static final int MOST_TICKS = 10;
    private static final QueueSettings SETTINGS =
            new QueueSettings(MANY * MANY, 3, new QueueSettings.Backoff(100, 2.0, 400, 0), 1_000);

    private final BrokerFixture broker = new BrokerFixture();
    private final ReferenceReader queue = new ReferenceReader(QUEUE, SETTINGS);
    private final List<ReferenceReader> subscriptions =
            List.of(new ReferenceReader("t::s1", SETTINGS), new ReferenceReader("t::s2", SETTINGS));
    private final List<ReferenceReader> readers = List.of(queue, subscriptions.get(0), subscriptions.get(1));
    /** When the queue took which id. */
    private final Map<String, Long> taken = new HashMap<>();

    private final List<String> ids = new ArrayList<>();
    private final List<Pair> consumers = new ArrayList<>();
    private BrokerFixture.TestPublisher toQueue;
    private BrokerFixture.TestPublisher toTopic;
    private int deliveries;

    /** A consumer of the core and what is known of it. */
    private static final class Pair {
        final BrokerFixture.TestConsumer real;
        final ReferenceConsumer reference;
        final ReferenceReader reader;
        final Map<Entry, Delivery> held = new LinkedHashMap<>();
        int seen;

        Pair(BrokerFixture.TestConsumer real, ReferenceConsumer reference, ReferenceReader reader) {
            this.real = real;
            this.reference = reference;
            this.reader = reader;
        }
    }

    private record Arrival(Pair pair, Delivery delivery) {}

    ModelRun() {
        broker.queue(QUEUE, SETTINGS.withDuplicateWindow(WINDOW_MILLIS)).topic(TOPIC, "s1", "s2");
        for (String subscription : List.of("s1", "s2")) {
            broker.topics.get(TOPIC).subscriptions().put(subscription, SETTINGS);
        }
        broker.start();
        openPublishers();
    }

    /** How many messages were delivered in it. */
    int deliveries() {
        return deliveries;
    }

    /** All steps, and then everything that is left is taken. */
    void run(List<ModelStep> steps) {
        for (ModelStep step : steps) {
            execute(step);
            check();
        }
        takeAll();
    }

    private void execute(ModelStep step) {
        switch (step) {
            case ModelStep.Publish publish -> publish(publish);
            case ModelStep.Attach attach -> attach(attach);
            case ModelStep.Grant grant when !consumers.isEmpty() -> grant(pair(grant.consumer()), grant.credit());
            case ModelStep.Drain drain when !consumers.isEmpty() -> drain(pair(drain.consumer()), drain.credit());
            case ModelStep.Detach detach when !consumers.isEmpty() -> detach(pair(detach.consumer()));
            case ModelStep.Settle settle
            when !consumers.isEmpty() -> settle(pair(settle.consumer()), settle.delivery(), settle.outcome());
            case ModelStep.SettleLate late
            when !consumers.isEmpty() -> settleLate(pair(late.consumer()), late.delivery());
            case ModelStep.Pass pass -> pass(pass.millis());
            case ModelStep.Pause pause -> pause(readers.get(pause.reader()), pause.paused());
            case ModelStep.Seek seek -> seek(subscriptions.get(seek.subscription()), seek.to());
            case ModelStep.Restart restart -> restart(restart.snapshot());
            default -> {} // of a consumer, and there is none
        }
    }

    private Pair pair(int number) {
        return consumers.get(number % consumers.size());
    }

    private void openPublishers() {
        toQueue = broker.publisher(QUEUE);
        toTopic = broker.publisher(TOPIC);
    }

    private void publish(ModelStep.Publish step) {
        String id = step.again() == 0 || ids.isEmpty()
                ? step.letter() + "-" + ids.size()
                : ids.get(step.again() % ids.size());
        ids.add(id);
        Message message = new Message(
                id.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                0,
                0,
                id,
                step.key() == 0 ? null : "key-" + step.key(),
                step.priority(),
                true,
                step.ttlMillis() == 0 ? 0 : broker.now + step.ttlMillis(),
                step.delayMillis() == 0 ? 0 : broker.now + step.delayMillis());
        if (step.toTopic()) {
            toTopic.publish(message);
            subscriptions.forEach(reader -> reader.store(message));
        } else {
            toQueue.publish(message);
            if (broker.now - taken.getOrDefault(id, Long.MIN_VALUE / 2) >= WINDOW_MILLIS) {
                taken.put(id, broker.now);
                queue.store(message);
            }
        }
    }

    private void attach(ModelStep.Attach step) {
        ReferenceReader reader = readers.get(step.reader());
        String beginning = step.letter() == ModelStep.EVERYTHING ? null : String.valueOf(step.letter());
        boolean settled = step.settled() && beginning == null;
        BrokerFixture.TestConsumer real = beginning == null
                ? broker.consumer(reader.name, step.credit(), settled)
                : broker.selecting(reader.name, beginning, step.credit());
        ReferenceConsumer reference = new ReferenceConsumer(settled, beginning, step.credit());
        reader.attached(reference);
        consumers.add(new Pair(real, reference, reader));
    }

    private void grant(Pair pair, int credit) {
        pair.reference.credit = credit;
        pair.real.grant(credit);
    }

    private void drain(Pair pair, int credit) {
        pair.reference.credit = credit;
        int before = pair.real.drained;
        pair.real.drain(credit);
        arrivals();
        if (pair.real.drained != before + 1) {
            throw new AssertionError("the drain of a consumer of " + pair.reader.name + " did not end");
        }
        pair.reader.checkNothingIsHeldBack(List.of(pair.reference), broker.now);
        pair.reference.credit = 0;
    }

    private void detach(Pair pair) {
        consumers.remove(pair);
        pair.reader.detach(pair.reference, broker.now);
        pair.real.detach();
    }

    private void settle(Pair pair, int number, ModelStep.Settlement outcome) {
        if (pair.held.isEmpty()) {
            return;
        }
        Entry entry = List.copyOf(pair.held.keySet()).get(number % pair.held.size());
        Delivery delivery = pair.held.remove(entry);
        pair.reader.settle(entry, outcome.at(broker.now), broker.now);
        pair.real.settle(outcome.at(broker.now), delivery);
    }

    private void settleLate(Pair pair, int number) {
        List<Delivery> done = new ArrayList<>(pair.real.deliveries);
        done.removeAll(pair.held.values());
        if (!done.isEmpty()) {
            pair.real.settle(Outcome.ACCEPTED, done.get(number % done.size()));
        }
    }

    private void pass(long millis) {
        long now = broker.now + millis;
        for (ReferenceReader reader : readers) {
            List<Entry> expired = reader.expireLocks(now);
            consumers.forEach(pair -> pair.held.keySet().removeAll(expired));
        }
        broker.pass(millis);
    }

    private void pause(ReferenceReader reader, boolean paused) {
        reader.paused = paused;
        DestinationView.Kind kind = reader == queue ? DestinationView.Kind.QUEUE : DestinationView.Kind.SUBSCRIPTION;
        broker.ask(new AdminRequest.SetPaused(kind, reader.name, paused));
    }

    private void seek(ReferenceReader reader, int to) {
        long end = reader.entries.size();
        long offset = to == 0 ? 0 : to == 1 ? end : Math.min(to - 2, end);
        reader.seek(offset, broker.view(reader.name));
        consumers.stream().filter(pair -> pair.reader == reader).forEach(pair -> {
            pair.held.clear();
            reader.attached(pair.reference);
        });
        broker.ask(new AdminRequest.Seek(
                reader.name, to == 0 ? StartAt.EARLIEST : to == 1 ? StartAt.LATEST : new StartAt.Offset(offset)));
    }

    private void restart(boolean snapshot) {
        if (snapshot) {
            broker.snapshot();
        }
        consumers.clear();
        readers.forEach(ReferenceReader::restart);
        broker.crash(1);
        openPublishers();
    }

    // ---- after each step

    private void check() {
        // As the engine does: what is due by now follows at once.
        for (int i = 0; i < MOST_TICKS && broker.nextDeadline() <= broker.now; i++) {
            broker.pass(0);
        }
        arrivals();
        for (ReferenceReader reader : readers) {
            reader.checkNothingIsHeldBack(
                    consumers.stream()
                            .filter(pair -> pair.reader == reader)
                            .map(pair -> pair.reference)
                            .toList(),
                    broker.now);
        }
        for (DestinationView view : broker.describe()) {
            readers.stream()
                    .filter(reader -> reader.name.equals(view.name()))
                    .forEach(reader -> reader.check(view, broker.now));
        }
    }

    /** What has come since the last look, in the order in which it was handed out. */
    private void arrivals() {
        List<Arrival> arrivals = new ArrayList<>();
        for (Pair pair : consumers) {
            List<Delivery> all = pair.real.deliveries;
            all.subList(pair.seen, all.size()).forEach(delivery -> arrivals.add(new Arrival(pair, delivery)));
            pair.seen = all.size();
        }
        arrivals.sort(Comparator.comparingLong(arrival -> arrival.delivery.id()));
        for (Arrival arrival : arrivals) {
            Pair pair = arrival.pair;
            deliveries++;
            Entry entry = pair.reader.delivered(pair.reference, arrival.delivery, broker.now);
            if (!pair.reference.settled) {
                pair.held.put(entry, arrival.delivery);
            }
        }
    }

    // ---- at the end

    private void takeAll() {
        while (!consumers.isEmpty()) {
            detach(consumers.getFirst());
            check();
        }
        for (int number = 0; number < readers.size(); number++) {
            ReferenceReader reader = readers.get(number);
            pause(reader, false);
            pass(LONG_MILLIS);
            attach(new ModelStep.Attach(number, MANY, false, ModelStep.EVERYTHING));
            check();
            Pair last = consumers.getLast();
            while (!last.held.isEmpty()) {
                settle(last, 0, ModelStep.Settlement.ACCEPTED);
                check();
            }
            if (broker.view(reader.name).depth() != 0) {
                throw new AssertionError(reader.name + " keeps messages that nobody gets");
            }
        }
        for (ReferenceReader reader : readers) {
            reader.checkDeadLetters(deadLetters(reader), broker.now);
        }
    }

    private List<String> deadLetters(ReferenceReader reader) {
        if (broker.view(reader.name).deadLetters() == 0) {
            return List.of();
        }
        BrokerFixture.TestConsumer consumer = broker.consumer(reader.name + Address.DEAD_LETTER_SUFFIX, MANY, true);
        return consumer.deliveries.stream()
                .map(delivery -> delivery.message().messageId() + ": "
                        + delivery.deaths().getLast().reason().label())
                .toList();
    }
}

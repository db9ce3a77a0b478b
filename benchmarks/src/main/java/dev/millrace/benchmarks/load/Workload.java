package dev.millrace.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What goes through a broker: how many clients send what to how many destinations.
 *
 * @param name name of the destination; with several of them, what their names begin with
 * @param destinations how many queues or topics, at least 1
 * @param subscriptions durable subscriptions of each topic; 0 if the destinations are queues
 * @param publishers connections that publish; they share the destinations, and use a single one together
 * @param consumers connections that consume; with subscriptions, as many as there are of them
 * @param messageBytes size of a message's body, at least 8
 * @param inFlight how many messages a publisher sends ahead of their acknowledgements, in all, at least 1
 * @param window how many messages may be published and not yet consumed before publishers pause; without a bound the
 *     rate would depend on how the backlog grows, not only on the broker
 * @param floor how many messages may be published and not yet consumed before consumers pause: so many are always there,
 *     once they are; 0 for none
 * @param keys how many ordering keys messages are given at random; 0 for none
 * @param timetable when messages are due; null for at once
 */
public record Workload(
        String name,
        int destinations,
        int subscriptions,
        int publishers,
        int consumers,
        int messageBytes,
        int inFlight,
        long window,
        long floor,
        int keys,
        Timetable timetable) {

    /** A body begins with the time for which its message was intended. */
    public static final int MIN_MESSAGE_BYTES = Long.BYTES;

    public Workload {
        require(destinations >= 1, "destinations", destinations);
        require(subscriptions == 0 || consumers == 0 || consumers == subscriptions, "consumers", consumers);
        require(messageBytes >= MIN_MESSAGE_BYTES, "message bytes", messageBytes);
        require(inFlight >= 1, "in flight", inFlight);
        require(keys >= 0, "keys", keys);
    }

    /** Messages without keys that are due at once, and consumers that take what there is. */
    public Workload(
            String name,
            int destinations,
            int subscriptions,
            int publishers,
            int consumers,
            int messageBytes,
            int inFlight,
            long window) {
        this(name, destinations, subscriptions, publishers, consumers, messageBytes, inFlight, window, 0, 0, null);
    }

    /** Where a consumer receives from: a queue, or a topic's subscription. */
    public record Source(String destination, String subscription) {
        /** As an AMQP address: {@code queue} or {@code topic::subscription}. */
        String address() {
            return subscription == null ? destination : destination + "::" + subscription;
        }
    }

    /** One queue, with nobody else on it. */
    public static Workload queue(String name, int publishers, int consumers, int messageBytes, int inFlight) {
        return new Workload(name, 1, 0, publishers, consumers, messageBytes, inFlight, Long.MAX_VALUE);
    }

    /** The same with this many publishers and consumers. */
    public Workload withClients(int publishers, int consumers) {
        return new Workload(
                name,
                destinations,
                subscriptions,
                publishers,
                consumers,
                messageBytes,
                inFlight,
                window,
                floor,
                keys,
                timetable);
    }

    /** The same with a bound on the messages between publishers and consumers. */
    public Workload withWindow(long messages) {
        return new Workload(
                name,
                destinations,
                subscriptions,
                publishers,
                consumers,
                messageBytes,
                inFlight,
                messages,
                floor,
                keys,
                timetable);
    }

    /** The same with so many messages always there. */
    public Workload withFloor(long messages) {
        return new Workload(
                name,
                destinations,
                subscriptions,
                publishers,
                consumers,
                messageBytes,
                inFlight,
                window,
                messages,
                keys,
                timetable);
    }

    /** The same with ordering keys. */
    public Workload withKeys(int count) {
        return new Workload(
                name,
                destinations,
                subscriptions,
                publishers,
                consumers,
                messageBytes,
                inFlight,
                window,
                floor,
                count,
                timetable);
    }

    /** The same with messages that are due later. */
    public Workload withTimetable(Timetable later) {
        return new Workload(
                name,
                destinations,
                subscriptions,
                publishers,
                consumers,
                messageBytes,
                inFlight,
                window,
                floor,
                keys,
                later);
    }

    /** Whether every broker can be asked for it. */
    public boolean isPlain() {
        return keys == 0 && timetable == null;
    }

    /** Whether the destinations are topics. */
    public boolean isTopic() {
        return subscriptions > 0;
    }

    /** How many deliveries one published message becomes. */
    public int copies() {
        return Math.max(1, subscriptions);
    }

    /** Names of all destinations. */
    public List<String> names() {
        return destinations == 1
                ? List.of(name)
                : IntStream.range(0, destinations).mapToObj(i -> name + "-" + i).toList();
    }

    /** Where the publisher with this number, from 0, sends to. */
    public List<String> targets(int publisher) {
        return share(names(), publisher, publishers);
    }

    /** Where the consumer with this number, from 0, receives from. */
    public List<Source> sources(int consumer) {
        if (isTopic()) {
            return names().stream()
                    .map(topic -> new Source(topic, subscription(consumer % subscriptions)))
                    .toList();
        }
        return share(names(), consumer, consumers).stream()
                .map(queue -> new Source(queue, null))
                .toList();
    }

    /** Name of a topic's subscription, from 0. */
    public static String subscription(int number) {
        return "s" + number;
    }

    /** What one of several has of a list: its part, or, if there is less than one for each, one together with others. */
    private static List<String> share(List<String> all, int number, int count) {
        if (all.size() < count) {
            return List.of(all.get(number % all.size()));
        }
        var own = new ArrayList<String>();
        for (int i = number; i < all.size(); i += count) {
            own.add(all.get(i));
        }
        return own;
    }

    private static void require(boolean condition, String name, int value) {
        if (!condition) {
            throw new IllegalArgumentException(name + " cannot be " + value);
        }
    }
}

package dev.millrace.broker.core;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Queues and topics that were made for one link and go with it. No fact tells of them: their ids are negative, and
 * recovery passes over their messages. Nobody comes upon their names by chance, and these mean nothing to anybody once they are gone.
 */
final class Temporaries {

    /** At the bound publishers get no more credit: nobody waits for that many answers. */
    private static final int MAX_MESSAGES = 10_000;

    private static final long MAX_TOPIC_BYTES = 16 << 20;

    private final Ledger ledger;
    private final Destinations destinations;
    private final RandomGenerator random;
    private final Map<Object, Stream> byLink = new IdentityHashMap<>();
    private int lastId;

    Temporaries(Ledger ledger, Destinations destinations, RandomGenerator random) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.random = random;
    }

    /**
     * @throws Destinations.Refusal if there are too many queues and topics
     */
    Stream make(Object link, Terminus.Kind kind) {
        String name = Address.TEMPORARY_PREFIX + hex(random.nextLong()) + hex(random.nextLong());
        destinations.requireCapacity(name);
        boolean topic = kind == Terminus.Kind.TEMPORARY_TOPIC;
        Stream stream = new Stream(--lastId, name, topic, new RetentionSettings(0, MAX_TOPIC_BYTES));
        ledger.topology.addTemporary(
                stream, QueueSettings.DEFAULT.withBounds(MAX_MESSAGES, 0, QueueSettings.WhenFull.BLOCK));
        byLink.put(link, stream);
        return stream;
    }

    private static String hex(long bits) {
        return String.format("%016x", bits);
    }

    /** What was made for a link that ends; null if nothing was. */
    Stream end(Object link) {
        return byLink.isEmpty() ? null : byLink.remove(link);
    }
}

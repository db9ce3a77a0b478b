package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Effect;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Stands between front and core and counts credit by itself: what publishers hand in against what they were granted, what
 * consumers are given against what they asked for.
 */
final class CreditWitness {

    private final Map<Object, Long> publishers = new IdentityHashMap<>();
    private final Map<Object, Long> consumers = new IdentityHashMap<>();
    private final Map<Object, Long> delivered = new IdentityHashMap<>();

    /** The front hands in a command. */
    void see(Command command) {
        switch (command) {
            case Command.Publish publish -> {
                long left = publishers.getOrDefault(publish.link(), 0L) - 1;
                if (left < 0) {
                    throw new AssertionError("a message was taken from a publisher without credit");
                }
                publishers.put(publish.link(), left);
            }
            case Command.Flow flow -> consumers.put(flow.link(), flow.deliveriesSeen() + flow.credit());
            case Command.DetachPublisher detach -> publishers.remove(detach.link());
            default -> {
                // Nothing of the others is bounded by credit.
            }
        }
    }

    /** The core lets an effect out. */
    void see(Effect effect) {
        switch (effect) {
            case Effect.PublisherAttached attached -> publishers.put(attached.link(), (long) attached.credit());
            case Effect.Granted granted -> publishers.merge(granted.link(), (long) granted.credit(), Long::sum);
            case Effect.Delivered handed -> {
                long count = delivered.merge(handed.link(), 1L, Long::sum);
                if (count > consumers.getOrDefault(handed.link(), 0L)) {
                    throw new AssertionError("a delivery was made without credit for it");
                }
            }
            default -> {
                // Nothing of the others is bounded by credit.
            }
        }
    }
}

package dev.millrace.relay.capture;

import java.util.List;

/**
 * What became of the rows of a batch that the broker has not accepted.
 *
 * @param poison can never be sent
 * @param held their destination takes nothing for now: sent later, beside the stream
 */
public record Published(List<PoisonRow> poison, List<OutboxRow> held) {
    static final Published ALL = new Published(List.of(), List.of());

    /** Whether the broker has accepted all of them. */
    boolean isAll() {
        return poison.isEmpty() && held.isEmpty();
    }
}

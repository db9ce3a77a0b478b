package dev.millrace.relay;

import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.capture.PoisonRow;
import dev.millrace.relay.capture.ResendTable;
import dev.millrace.relay.publish.Backoff;
import dev.millrace.relay.publish.Batch;
import dev.millrace.relay.publish.BatchPublisher;
import dev.millrace.relay.publish.Outgoing;
import dev.millrace.relay.publish.Refusal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Sends what waits in {@code relay_resend}, over a connection of its own: what it waits for holds up nobody else. Rows
 * of one destination go in the order in which they were queued. A destination that takes nothing is left alone for a
 * growing pause, while the others are served.
 *
 * <p>What was accepted and not yet removed when the process was killed is sent twice; the broker knows it by its
 * message-id.
 */
final class Resender {
    private static final Logger LOG = Logger.getLogger(Resender.class);
    private static final int ROWS = 500;
    private static final Duration LOOK = Duration.ofMillis(50);
    /** What a destination gets to settle at least one of its rows. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final String source;
    private final ResendTable table;
    private final BatchPublisher publisher;
    private final HeldDestinations held;
    private final SourceStatus status;
    private final SourceCounters counters;
    private final Map<String, Pause> pauses = new HashMap<>();
    private boolean started;

    private static final class Pause {
        private final Backoff backoff = new Backoff();
        private long untilNanos = System.nanoTime();
    }

    Resender(
            String source,
            ResendTable table,
            BatchPublisher publisher,
            HeldDestinations held,
            SourceStatus status,
            SourceCounters counters) {
        this.source = source;
        this.table = table;
        this.publisher = publisher;
        this.held = held;
        this.status = status;
        this.counters = counters;
    }

    /** Sends some of what waits; true if there may be more to do at once. */
    boolean look() throws SQLException, InterruptedException {
        long version = held.version();
        Set<String> pausing = pausing();
        List<ResendTable.Entry> entries = table.first(ROWS, pausing);
        long left = 0;
        if (!entries.isEmpty() || !pausing.isEmpty()) {
            send(entries);
            version = held.version();
            left = table.size();
        }
        held.counted(left, version);
        counters.waitingBeside(left);
        for (String destination : held.destinations()) {
            if (held.letGo(destination)) {
                pauses.remove(destination);
                LOG.infof("%s: %s takes again, all that was held is sent", source, destination);
            }
        }
        return entries.size() == ROWS;
    }

    private Set<String> pausing() {
        var pausing = new HashSet<String>();
        pauses.forEach((destination, pause) -> {
            if (System.nanoTime() < pause.untilNanos) {
                pausing.add(destination);
            }
        });
        return pausing;
    }

    private void send(List<ResendTable.Entry> entries) throws SQLException, InterruptedException {
        if (entries.isEmpty()) {
            return;
        }
        var poison = new ArrayList<PoisonRow>();
        var done = new HashSet<Long>();
        var sendable = new ArrayList<ResendTable.Entry>(entries.size());
        var messages = new ArrayList<Outgoing>(entries.size());
        for (ResendTable.Entry entry : entries) {
            done.add(entry.seq());
            try {
                messages.add(EventMapping.toMessage(entry.row()));
                sendable.add(entry);
            } catch (MalformedRowException e) {
                poison.add(new PoisonRow(entry.row(), PoisonRow.MALFORMED, e.getMessage()));
            }
        }
        if (!messages.isEmpty()) {
            Batch batch = publish(messages);
            for (Refusal refusal : batch.refusals()) {
                OutboxRow row = sendable.get(refusal.index()).row();
                poison.add(new PoisonRow(row, refusal.condition(), refusal.description()));
            }
            for (int index : batch.withdrawn()) {
                done.remove(sendable.get(index).seq());
            }
            pauseOrServe(sendable, batch);
        }
        table.done(done, poison);
        counters.published(done.size() - poison.size());
        counters.failed(poison.size());
        poison.forEach(row -> RowPublisher.failed(source, status, row));
    }

    private Batch publish(List<Outgoing> messages) throws InterruptedException {
        if (!started) {
            publisher.start();
            started = true;
        }
        Batch batch = publisher.publish(messages);
        try {
            while (!batch.await(LOOK)) {
                publisher.withdrawStuck(PATIENCE);
            }
        } catch (InterruptedException e) {
            publisher.abandon();
            throw e;
        }
        return batch;
    }

    private void pauseOrServe(List<ResendTable.Entry> sent, Batch batch) {
        var stuck = new HashSet<String>();
        batch.withdrawn().forEach(index -> stuck.add(sent.get(index).row().destination()));
        for (String destination : stuck) {
            Pause pause = pauses.computeIfAbsent(destination, none -> new Pause());
            pause.untilNanos = System.nanoTime() + pause.backoff.nextMillis() * 1_000_000;
        }
        sent.forEach(entry -> {
            if (!stuck.contains(entry.row().destination())) {
                pauses.remove(entry.row().destination());
            }
        });
    }
}

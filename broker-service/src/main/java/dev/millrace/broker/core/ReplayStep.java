package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A piece of the work of a {@link Replay} that has counted: sends on what its rate, its target and its canaries allow. */
final class ReplayStep {

    /** So many messages read, bytes sent on, entries of the index looked at. */
    private static final int MAX_MESSAGES = 256;

    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_ENTRIES = 50_000;

    private static final long PAUSE_MILLIS = 1;

    /** With a rate, steps are this far apart, or farther if that is not one message. */
    private static final long RATE_PAUSE_MILLIS = 10;

    /** What was not used of a rate is made up for, up to this time. */
    private static final double MAX_BURST_SECONDS = 0.1;

    /** When to look again whether there is room. */
    private static final long WAIT_MILLIS = 20;

    /**
     * Where dead letters go.
     *
     * @param only null for all subscriptions of the stream
     */
    record Target(Stream stream, Subscription only) {

        /** What is settled there, if that is one subscription; else null. */
        Subscription subscription() {
            if (only != null) {
                return only;
            }
            return stream.topic ? null : stream.only();
        }
    }

    private final Ledger ledger;
    private final Publishing publishing;
    private final AuditLog audit;
    private final Lives lives;

    private final Replay replay;
    private final Subscription deadLetters;
    private final Target target;
    private final long now;
    private final LongOpenHashSet held = new LongOpenHashSet();
    private final Set<Stream> grown = new LinkedHashSet<>();
    private int sent;
    private long failed;
    private String error;
    private boolean waits;

    ReplayStep(
            Ledger ledger,
            Publishing publishing,
            AuditLog audit,
            Lives lives,
            Replay replay,
            Subscription deadLetters,
            Target target,
            long now) {
        this.ledger = ledger;
        this.publishing = publishing;
        this.audit = audit;
        this.lives = lives;
        this.replay = replay;
        this.deadLetters = deadLetters;
        this.target = target;
        this.now = now;
        failed = replay.failed();
        error = replay.lastError();
    }

    /** Answers whether the replay has nothing left to do. */
    boolean run() {
        if (deadLetters == null) {
            return true;
        }
        deadLetters.inFlight.values().forEach(delivery -> held.add(delivery.offset()));
        long cursor = Math.max(replay.cursor, deadLetters.settled.floor());
        long bytes = 0;
        int reads = 0;
        int looks = 0;
        int most = most();
        while (cursor < replay.end && replay.selected() > replay.replayed() + failed) {
            if (sent == most || reads == MAX_MESSAGES || bytes >= MAX_BYTES || looks++ == MAX_ENTRIES) {
                break;
            }
            if (!deadLetters.settled.contains(cursor) && replay.progress.pick.mayMean(cursor)) {
                StoredMessage stored = ledger.read(deadLetters.stream, cursor);
                reads++;
                if (replay.progress.pick.means(cursor, stored)) {
                    if (!publishing.hasRoom(target.stream, target.only, stored.message(), now)) {
                        waits = true;
                        break;
                    }
                    bytes += stored.message().size();
                    sendOn(stored, cursor);
                }
            }
            cursor++;
        }
        boolean done = cursor >= replay.end || replay.selected() <= replay.replayed() + failed;
        if (failed != replay.failed() || !Objects.equals(error, replay.lastError())) {
            ledger.record(new ReplayFact.Progressed(replay.number, replay.selected(), failed, cursor, error));
        }
        // What nothing was sent of need not be remembered durably: it is looked at again.
        replay.cursor = cursor;
        return done;
    }

    /** Where messages were stored. */
    Set<Stream> grown() {
        return grown;
    }

    /** The most messages that may go now. */
    private int most() {
        int most = MAX_MESSAGES;
        int rate = replay.request.ratePerSecond();
        if (rate > 0) {
            Replay.Progress progress = replay.progress;
            progress.allowance = Math.min(
                    progress.allowance + (now - progress.allowedAt) / 1_000.0 * rate,
                    Math.max(1, rate * MAX_BURST_SECONDS));
            progress.allowedAt = now;
            most = (int) Math.min(most, progress.allowance);
        }
        return (int) Math.min(most, replay.untilCanaries());
    }

    long pauseMillis() {
        if (waits) {
            return WAIT_MILLIS;
        }
        int rate = replay.request.ratePerSecond();
        return rate == 0
                ? PAUSE_MILLIS
                : Math.max(RATE_PAUSE_MILLIS, (long) Math.ceil((1 - replay.progress.allowance) * 1_000 / rate));
    }

    private void sendOn(StoredMessage stored, long offset) {
        String obstacle = obstacle(stored, offset);
        MessageEditor.Edited edited = null;
        if (obstacle == null && replay.progress.editor != null) {
            try {
                edited = replay.progress.editor.edit(stored.message());
            } catch (EditRefusedException e) {
                obstacle = e.getMessage();
            }
        }
        if (obstacle == null && (edited != null || target.only == null)) {
            obstacle = target.stream.schemas.violation(edited == null ? stored.message() : edited.message());
        }
        if (obstacle != null) {
            failed++;
            error = new MessageName(deadLetters.stream.id, offset) + ": " + obstacle;
            return;
        }
        StoredMessage.Replayed replayed = new StoredMessage.Replayed(
                replay.number,
                failed,
                deadLetters.id,
                offset,
                target.stream.id,
                target.stream.index.next(),
                target.only == null ? 0 : target.only.id,
                now,
                stored.replays() + 1,
                stored.deaths(),
                edited == null ? stored.message() : edited.message());
        List<Binding> routes = target.only == null ? target.stream.routes(replayed.message(), now) : List.of();
        if (edited == null && routes.isEmpty()) {
            ledger.record(replayed);
        } else {
            recordWithMore(replayed, routes, edited);
        }
        lives.replayed(
                replayed.message().messageId(),
                target.only == null ? target.stream.name : target.only.name,
                replay.request.actor(),
                replay.id.toString(),
                now);
        grown.add(target.stream);
        routes.forEach(route -> grown.add(route.queue));
        sent++;
        replay.progress.allowance -= replay.request.ratePerSecond() > 0 ? 1 : 0;
    }

    private void recordWithMore(StoredMessage.Replayed replayed, List<Binding> routes, MessageEditor.Edited edited) {
        ledger.atomically(() -> {
            ledger.record(replayed);
            publishing.recordRouted(routes, replayed.message(), now);
            if (edited != null) {
                audit.note(
                        now,
                        replay.request.actor(),
                        "message.edit",
                        String.valueOf(replayed.message().messageId()),
                        edited.difference(),
                        "replayed by " + replay.id);
            }
        });
    }

    /** Why this one stays where it is; null if it can go. */
    private String obstacle(StoredMessage stored, long offset) {
        int maxReplays = replay.request.maxReplays();
        if (maxReplays >= 0 && stored.replays() >= maxReplays) {
            return "was replayed " + stored.replays() + " times already, maxReplays is " + maxReplays;
        }
        return held.contains(offset) ? "is with a consumer of the dead-letter queue" : null;
    }
}

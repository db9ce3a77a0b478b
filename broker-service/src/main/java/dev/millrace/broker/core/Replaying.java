package dev.millrace.broker.core;

import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Sends dead letters on: starts replays, steers them, and does their work in bounded steps, each soon after the one
 * before, so that no command waits long. Each message goes in one record, which settles it among the dead letters and
 * stores it where it goes: at any moment it is in exactly one place.
 */
final class Replaying {

    /** Work of one step of counting: so many messages read, entries of the index looked at. */
    private static final int MAX_STEP_MESSAGES = 256;

    private static final int MAX_STEP_ENTRIES = 50_000;

    private static final long STEP_PAUSE_MILLIS = 1;

    /** When to look again whether a canary was settled. */
    private static final long WAIT_MILLIS = 20;

    /** The most that a request may have, so that it fits into one entry of a snapshot. */
    private static final int MAX_REQUEST_BYTES = 192 << 10;

    private final Ledger ledger;
    private final Publishing publishing;
    private final AuditLog audit;
    private final Lives lives;
    private final MessageContent content;
    private final Browsing browsing;
    private final RandomGenerator random;

    Replaying(
            Ledger ledger,
            Publishing publishing,
            AuditLog audit,
            Lives lives,
            MessageContent content,
            RandomGenerator random) {
        this.ledger = ledger;
        this.publishing = publishing;
        this.audit = audit;
        this.lives = lives;
        this.content = content;
        this.random = random;
        browsing = new Browsing(ledger);
    }

    /** After a restart, replays go on. */
    void open() {
        for (Replay replay : ledger.replays.all()) {
            ledger.deadlines.set(replay, 0);
        }
    }

    /**
     * Starts a replay, or finds the one that was started with the same key; the answer comes at once, that of a dry run
     * when all is counted.
     *
     * @throws Destinations.Refusal if it cannot be done; nothing has changed then
     */
    void start(ReplayRequest request, CompletableFuture<ReplayView> answer, long now) {
        Subscription source = requireSource(request.source());
        Subscription deadLetters = deadLetters(source);
        if (request.idempotencyKey() != null) {
            Replay known = ledger.replays.find(request.source(), request.idempotencyKey());
            if (known != null) {
                requireSame(known, request);
                ledger.let(new Effect.Answered<>(answer, known.view()));
                return;
            }
        }
        if (request.length() > Math.min(MAX_REQUEST_BYTES, ledger.store().maxBodyLength() / 2)) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "The request is too large: its ids, selector and patch have " + request.length() + " bytes.");
        }
        ReplayStep.Target target = target(request);
        if (request.canary() && target.subscription() == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "A canary needs a target that is a queue or one subscription; '" + request.target()
                            + "' is a topic.");
        }
        Stream stream = deadLetters == null ? null : deadLetters.stream;
        Replay.Progress progress =
                new Replay.Progress(new Pick(request.select(), stream, content.filters()), editor(request), now);
        long end = stream == null ? 0 : stream.index.next();
        UUID id = new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() >>> 2 | 1L << 63);
        if (request.dryRun()) {
            Replay replay = new Replay(0, id, request, now, end);
            progress.answer = answer;
            replay.progress = progress;
            step(replay, now);
            return;
        }
        requireAlone(request.source());
        int number = ledger.replays.nextNumber();
        ledger.record(new ReplayFact.Started(number, id, now, end, request));
        audit.note(now, request.actor(), "replay.start", id + " " + request.source(), describe(request), "started");
        Replay replay = ledger.replays.find(id);
        replay.progress = progress;
        step(replay, now);
        ledger.let(new Effect.Answered<>(answer, replay.view()));
    }

    private static String describe(ReplayRequest request) {
        return "target " + (request.target() == null ? "origin" : request.target())
                + (request.patch() == null ? "" : ", patch " + request.patch());
    }

    private static void requireSame(Replay known, ReplayRequest request) {
        ReplayRequest before = known.request;
        boolean same = before.select().equals(request.select())
                && Objects.equals(before.target(), request.target())
                && Objects.equals(before.patch(), request.patch())
                && before.dryRun() == request.dryRun();
        if (!same) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "The idempotency key '" + request.idempotencyKey() + "' was used for another replay of '"
                            + request.source() + "': " + known.id + ".");
        }
    }

    private void requireAlone(String source) {
        Replay active = ledger.replays.active(source);
        if (active != null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "Replay " + active.id + " of '" + source + "' is "
                            + active.state().name() + ": one replay of a source at a time; wait for it, or cancel it.");
        }
    }

    /**
     * @throws Destinations.Refusal if nothing of that name could have dead letters
     */
    Subscription requireSource(String name) {
        Subscription source = ledger.topology.subscription(name);
        if (source == null || !source.durable || source.isDeadLetterQueue()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "There is no queue and no subscription '" + name + "' that could have dead letters.");
        }
        return source;
    }

    /** Null if nothing has died there yet. */
    private Subscription deadLetters(Subscription source) {
        return ledger.topology.subscription(source.name + Address.DEAD_LETTER_SUFFIX);
    }

    /**
     * @throws Destinations.Refusal if it is not there
     */
    private ReplayStep.Target target(ReplayRequest request) {
        String name = Replays.target(request);
        Subscription subscription = ledger.topology.subscription(name);
        Stream stream = ledger.topology.stream(name);
        if (subscription != null && subscription.stream.topic) {
            stream = subscription.stream;
        } else {
            subscription = null;
        }
        if (stream == null || stream.isInternal() || stream.isTemporary() || isDeadLetterQueue(stream)) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "There is no queue, topic or subscription '" + name + "' that messages could be replayed to.");
        }
        return new ReplayStep.Target(stream, subscription);
    }

    private static boolean isDeadLetterQueue(Stream stream) {
        return !stream.topic && stream.only().isDeadLetterQueue();
    }

    private MessageEditor editor(ReplayRequest request) {
        if (request.patch() == null) {
            return null;
        }
        try {
            return content.editors().compile(request.patch());
        } catch (EditRefusedException e) {
            throw new Destinations.Refusal(BrokerError.Code.INVALID_FIELD, "patch: " + e.getMessage());
        }
    }

    /**
     * Pauses, resumes or cancels a replay.
     *
     * @throws Destinations.Refusal if there is no such replay, or it has ended
     */
    ReplayView steer(UUID id, ReplayView.State state, String actor, long now) {
        Replay replay = existing(id);
        if (replay.state() == state) {
            return replay.view();
        }
        if (replay.state().isEnd()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "Replay " + id + " is " + replay.state().name() + "; it cannot become " + state.name()
                            + " any more.");
        }
        ledger.record(new ReplayFact.Steered(replay.number, state, now, null));
        String action =
                switch (state) {
                    case RUNNING -> "replay.resume";
                    case PAUSED -> "replay.pause";
                    default -> "replay.cancel";
                };
        audit.note(now, actor, action, id + " " + replay.request.source(), "", state.name());
        if (state == ReplayView.State.RUNNING) {
            if (replay.progress != null) {
                replay.progress.allowedAt = now;
            }
            ledger.deadlines.set(replay, now);
        }
        return replay.view();
    }

    /**
     * @throws Destinations.Refusal if there is none
     */
    Replay existing(UUID id) {
        Replay replay = ledger.replays.find(id);
        if (replay == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND, "There is no replay " + id + ", or it ended long ago.");
        }
        return replay;
    }

    /** Does a piece of a replay's work. */
    void step(Replay replay, long now) {
        if (replay.state() != ReplayView.State.RUNNING) {
            return;
        }
        Subscription source = ledger.topology.subscription(replay.request.source());
        Subscription deadLetters = source == null ? null : deadLetters(source);
        if (source == null || deadLetters == null && replay.end > 0) {
            end(replay, ReplayView.State.FAILED, "'" + replay.request.source() + "' was deleted meanwhile.", now);
            return;
        }
        try {
            ReplayStep.Target target = target(replay.request);
            if (replay.progress == null) {
                Pick pick = new Pick(
                        replay.request.select(), deadLetters == null ? null : deadLetters.stream, content.filters());
                replay.progress = new Replay.Progress(pick, editor(replay.request), now);
            }
            if (!replay.isCounted() && !count(replay, deadLetters)) {
                ledger.deadlines.set(replay, now + STEP_PAUSE_MILLIS);
                return;
            }
            ReplayFact.Progressed counted =
                    new ReplayFact.Progressed(replay.number, replay.progress.counted, 0, 0, null);
            if (replay.request.dryRun()) {
                replay.apply(counted);
                replay.apply(new ReplayFact.Steered(replay.number, ReplayView.State.COMPLETED, now, null));
                ledger.let(new Effect.Answered<>(replay.progress.answer, replay.view()));
                return;
            }
            if (!replay.isCounted()) {
                ledger.record(counted);
            }
            sendOn(replay, deadLetters, target, now);
        } catch (Destinations.Refusal refusal) {
            end(replay, ReplayView.State.FAILED, refusal.getMessage(), now);
        }
    }

    /** Counts on; answers whether it is done. */
    private boolean count(Replay replay, Subscription deadLetters) {
        int samples = replay.request.dryRun() ? Replay.MAX_SAMPLES : 0;
        if (deadLetters == null) {
            return true;
        }
        Replay.Progress progress = replay.progress;
        Stream stream = deadLetters.stream;
        int reads = 0;
        int looks = 0;
        long offset = Math.max(progress.countedBefore, deadLetters.settled.floor());
        while (offset < replay.end && progress.counted < replay.request.select().limit()) {
            if (reads == MAX_STEP_MESSAGES || looks++ == MAX_STEP_ENTRIES) {
                progress.countedBefore = offset;
                return false;
            }
            if (!deadLetters.settled.contains(offset) && progress.pick.mayMean(offset)) {
                boolean meant = progress.pick.isCheap();
                if (!meant) {
                    reads++;
                    meant = progress.pick.means(offset, ledger.read(stream, offset));
                }
                if (meant) {
                    progress.counted++;
                    if (progress.samples.size() < samples) {
                        progress.samples.add(browsing.item(stream, deadLetters, offset));
                    }
                }
            }
            offset++;
        }
        return true;
    }

    private void sendOn(Replay replay, Subscription deadLetters, ReplayStep.Target target, long now) {
        if (replay.canaryError() != null) {
            end(replay, ReplayView.State.FAILED, replay.canaryError(), now);
            return;
        }
        if (target.subscription() != null && replay.awaitsCanaries(target.subscription())) {
            ledger.deadlines.set(replay, now + WAIT_MILLIS);
            return;
        }
        ReplayStep step = new ReplayStep(ledger, publishing, audit, lives, replay, deadLetters, target, now);
        boolean done = step.run();
        step.grown().forEach(stream -> publishing.stored(stream, now));
        if (done) {
            end(replay, ReplayView.State.COMPLETED, null, now);
        } else {
            ledger.deadlines.set(replay, now + step.pauseMillis());
        }
    }

    private void end(Replay replay, ReplayView.State state, String error, long now) {
        if (replay.request.dryRun()) {
            ledger.let(new Effect.Failed<>(
                    replay.progress.answer, new BrokerError(BrokerError.Code.RESOURCE_DELETED, error)));
            return;
        }
        ledger.record(new ReplayFact.Steered(replay.number, state, now, error));
        audit.note(
                now,
                replay.request.actor(),
                "replay.end",
                replay.id + " " + replay.request.source(),
                replay.replayed() + " replayed, " + replay.failed() + " failed"
                        + (replay.lastError() == null ? "" : "; " + replay.lastError()),
                state.name());
        replay.progress = null;
    }
}

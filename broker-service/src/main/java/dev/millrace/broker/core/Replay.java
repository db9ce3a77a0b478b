package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A replay and how far it has come. First it counts what it is to send on, then it sends that on, oldest first; both in
 * small steps. How far it has sent on is a function of the facts; counting begins anew after a restart.
 */
final class Replay extends Timed {

    /** Sent on before the replay waits until they are settled, if it is to be careful: first one, then ten more. */
    private static final long[] CANARIES = {1, 11};

    /** It shows so many messages of what it would send on. */
    static final int MAX_SAMPLES = 10;

    final int number;
    final UUID id;
    final ReplayRequest request;
    final long startedAt;
    /** Dead letters from this offset on came later, and stay. */
    final long end;

    private ReplayView.State state = ReplayView.State.RUNNING;
    private long endedAt;
    /** -1 until it is counted. */
    private long selected = -1;

    private long replayed;
    private long failed;
    private String lastError;
    /** All dead letters before this one have been looked at. */
    long cursor;

    /** Where the canaries are that nobody has settled yet, in the target. */
    private final LongArrayList canaries = new LongArrayList(0);

    /** What became of a canary; null while all is well. */
    private String canaryError;

    /** Only in this life: what it is doing now. */
    Progress progress;

    Replay(int number, UUID id, ReplayRequest request, long startedAt, long end) {
        this.number = number;
        this.id = id;
        this.request = request;
        this.startedAt = startedAt;
        this.end = end;
    }

    /** What a replay has to remember between two steps, and finds anew after a restart. */
    static final class Progress {
        final Pick pick;
        /** Null for no changes. */
        final MessageEditor editor;

        final List<BrowsedMessage> samples = new ArrayList<>();
        /** Who waits for a dry run; else null. */
        CompletableFuture<ReplayView> answer;

        long counted;
        long countedBefore;
        /** How many messages may go now, and since when that is known. */
        double allowance = 1;

        long allowedAt;

        Progress(Pick pick, MessageEditor editor, long now) {
            this.pick = pick;
            this.editor = editor;
            this.allowedAt = now;
        }
    }

    ReplayView.State state() {
        return state;
    }

    boolean isCounted() {
        return selected >= 0;
    }

    long selected() {
        return selected;
    }

    long replayed() {
        return replayed;
    }

    long failed() {
        return failed;
    }

    long left() {
        return selected - replayed - failed;
    }

    String lastError() {
        return lastError;
    }

    String canaryError() {
        return canaryError;
    }

    /** Whether it has to wait until what it has sent on is settled. */
    boolean awaitsCanaries(Subscription target) {
        if (!request.canary()) {
            return false;
        }
        canaries.removeIf(target.settled::contains);
        return !canaries.isEmpty() && (replayed == CANARIES[0] || replayed == CANARIES[1]);
    }

    /** How many more it may send on before it has to wait for canaries. */
    long untilCanaries() {
        for (long canary : CANARIES) {
            if (request.canary() && replayed < canary) {
                return canary - replayed;
            }
        }
        return Long.MAX_VALUE;
    }

    void apply(StoredMessage.Replayed message) {
        replayed++;
        failed = message.failedBefore();
        cursor = message.deadLetterOffset() + 1;
        if (request.canary() && replayed <= CANARIES[1]) {
            canaries.add(message.offset());
        }
    }

    void apply(ReplayFact.Progressed fact) {
        selected = fact.selected();
        failed = fact.failed();
        cursor = fact.cursor();
        lastError = fact.lastError();
    }

    void apply(ReplayFact.Steered fact) {
        state = fact.state();
        lastError = fact.error() == null ? lastError : fact.error();
        if (state.isEnd()) {
            endedAt = fact.at();
            canaries.clear();
        }
    }

    /** Notes that a message of the target died. */
    void died(long offset, Death death) {
        if (canaries.rem(offset)) {
            canaryError = "A message that was sent on first is a dead letter again ("
                    + death.reason().label() + "): " + death.error();
        }
    }

    ReplayView view() {
        return new ReplayView(
                id,
                request,
                state,
                isCounted() ? selected : progress == null ? 0 : progress.counted,
                replayed,
                failed,
                startedAt,
                endedAt,
                lastError,
                progress == null ? List.of() : List.copyOf(progress.samples));
    }

    /** The replay as it is now, to be written by another thread. */
    Image capture() {
        return new Image(
                new ReplayFact.Started(number, id, startedAt, end, request),
                new ReplayFact.Progressed(number, selected, failed, cursor, lastError),
                state,
                endedAt,
                replayed,
                canaries.toLongArray(),
                canaryError);
    }

    /** What a snapshot holds of a replay: its facts so far, its state, and its canaries. */
    record Image(
            ReplayFact.Started started,
            ReplayFact.Progressed progressed,
            ReplayView.State state,
            long endedAt,
            long replayed,
            long[] canaries,
            String canaryError) {

        void writeTo(SnapshotOutput output) {
            started.writeTo(output.entry(started.length()));
            ByteBuffer target = output.entry(progressed.length()
                    + 1
                    + 2 * Long.BYTES
                    + Integer.BYTES
                    + canaries.length * Long.BYTES
                    + Fields.length(Fields.utf8(canaryError)));
            progressed.writeTo(target);
            target.put((byte) state.ordinal()).putLong(endedAt).putLong(replayed);
            target.putInt(canaries.length);
            for (long canary : canaries) {
                target.putLong(canary);
            }
            Fields.put(target, Fields.utf8(canaryError));
        }
    }

    /** Reads what {@link Image#writeTo} wrote. */
    static Replay read(SnapshotInput input) {
        ReplayFact.Started started = ReplayFact.Started.readFrom(input.entry());
        Replay replay = new Replay(started.number(), started.id(), started.request(), started.at(), started.end());
        ByteBuffer source = input.entry();
        replay.apply(ReplayFact.Progressed.readFrom(source));
        replay.state = ReplayView.State.values()[source.get()];
        replay.endedAt = source.getLong();
        replay.replayed = source.getLong();
        for (int left = source.getInt(); left > 0; left--) {
            replay.canaries.add(source.getLong());
        }
        replay.canaryError = Fields.text(source);
        return replay;
    }
}

package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for dead letters to be sent on. Immutable.
 *
 * @param source the queue or subscription that gave up on them: {@code emails}, {@code orders::inventory}
 * @param select which of them
 * @param target address of a queue, a topic or a subscription; null for the origin: the queue, or the one subscription of
 *     its topic, that gave up on them
 * @param patch how each is changed on the way, in the words of the {@link MessageEditor.Compiler}; null for not at all
 * @param ratePerSecond the most messages in a second; 0 for as many as can go
 * @param dryRun whether to count and to show samples only
 * @param idempotencyKey a second request with the same key and source starts nothing; null for none
 * @param maxReplays messages replayed that often stay where they are and count as failed; -1 for no bound
 * @param canary whether to send one first, then ten, and the rest only when these were settled
 * @param actor who asks
 */
public record ReplayRequest(
        String source,
        Select select,
        String target,
        String patch,
        int ratePerSecond,
        boolean dryRun,
        String idempotencyKey,
        int maxReplays,
        boolean canary,
        String actor) {

    private static final int DRY_RUN = 1;
    private static final int CANARY = 2;

    /**
     * Which dead letters: those that fit all that is given.
     *
     * @param ids the broker's own, as {@link BrowsedMessage#id}; null for any. Ids of other sources fit nothing
     * @param selector a condition on the message; null for none
     * @param reason null for any
     * @param from died at this time (epoch milliseconds) or later; 0 for any
     * @param to died before this time; {@link Long#MAX_VALUE} for any
     * @param limit the most that are taken, oldest first; {@link Long#MAX_VALUE} for all
     */
    public record Select(List<String> ids, String selector, Death.Reason reason, long from, long to, long limit) {

        public static final Select ALL = new Select(null, null, null, 0, Long.MAX_VALUE, Long.MAX_VALUE);

        /** The most ids of one request. */
        public static final int MAX_IDS = 10_000;

        public Select {
            ids = ids == null ? null : List.copyOf(ids);
        }
    }

    int length() {
        int ids = 0;
        for (String id : idsOrNone()) {
            ids += Fields.length(Fields.utf8(id));
        }
        return Fields.length(Fields.utf8(source))
                + Integer.BYTES
                + ids
                + Fields.length(Fields.utf8(select.selector))
                + 1
                + 3 * Long.BYTES
                + Fields.length(Fields.utf8(target))
                + Fields.length(Fields.utf8(patch))
                + 2 * Integer.BYTES
                + 1
                + Fields.length(Fields.utf8(idempotencyKey))
                + Fields.length(Fields.utf8(actor));
    }

    private List<String> idsOrNone() {
        return select.ids == null ? List.of() : select.ids;
    }

    void writeTo(ByteBuffer out) {
        Fields.put(out, Fields.utf8(source));
        out.putInt(select.ids == null ? -1 : select.ids.size());
        idsOrNone().forEach(id -> Fields.put(out, Fields.utf8(id)));
        Fields.put(out, Fields.utf8(select.selector));
        out.put((byte) (select.reason == null ? -1 : select.reason.ordinal()));
        out.putLong(select.from).putLong(select.to).putLong(select.limit);
        Fields.put(out, Fields.utf8(target));
        Fields.put(out, Fields.utf8(patch));
        out.putInt(ratePerSecond).putInt(maxReplays);
        out.put((byte) ((dryRun ? DRY_RUN : 0) | (canary ? CANARY : 0)));
        Fields.put(out, Fields.utf8(idempotencyKey));
        Fields.put(out, Fields.utf8(actor));
    }

    static ReplayRequest readFrom(ByteBuffer in) {
        String source = Fields.text(in);
        int count = in.getInt();
        List<String> ids = count < 0 ? null : new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(Fields.text(in));
        }
        String selector = Fields.text(in);
        int reason = in.get();
        Select select = new Select(
                ids,
                selector,
                reason < 0 ? null : Death.Reason.values()[reason],
                in.getLong(),
                in.getLong(),
                in.getLong());
        String target = Fields.text(in);
        String patch = Fields.text(in);
        int ratePerSecond = in.getInt();
        int maxReplays = in.getInt();
        int flags = in.get();
        return new ReplayRequest(
                source,
                select,
                target,
                patch,
                ratePerSecond,
                (flags & DRY_RUN) != 0,
                Fields.text(in),
                maxReplays,
                (flags & CANARY) != 0,
                Fields.text(in));
    }
}

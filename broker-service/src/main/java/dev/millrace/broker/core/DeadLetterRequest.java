package dev.millrace.broker.core;

import java.util.List;
import java.util.UUID;

/**
 * What an operator asks about dead letters, their replays and what was done to them. A source is the queue or
 * subscription that gave up on them: {@code emails}, {@code orders::inventory}.
 *
 * @param <T> the answer
 */
public sealed interface DeadLetterRequest<T> extends AdminRequest<T> {

    /** Lists the sources that have dead letters. */
    record Sources() implements DeadLetterRequest<List<DeadLetterSource>> {}

    /** Looks at the dead letters of a source, at most {@code limit} of them. */
    record Look(String source, StartAt from, int limit) implements DeadLetterRequest<BrowsedMessage.Page> {}

    /** Lets one dead letter go for ever. */
    record Discard(String source, String id, String reason, String actor) implements DeadLetterRequest<Void> {}

    /** Starts a replay; answered when it has begun, a dry run when it has counted. */
    record Replay(ReplayRequest request) implements DeadLetterRequest<ReplayView> {}

    /** Lists the replays that are remembered, newest first. */
    record Replays() implements DeadLetterRequest<List<ReplayView>> {}

    /** Asks how a replay is getting on. */
    record InspectReplay(UUID id) implements DeadLetterRequest<ReplayView> {}

    /** Pauses, resumes (to {@code RUNNING}) or cancels a replay. */
    record SteerReplay(UUID id, ReplayView.State state, String actor) implements DeadLetterRequest<ReplayView> {}

    /** Reads the audit log behind an entry's number, oldest first; -1 for the beginning. */
    record Audit(long after, int limit) implements DeadLetterRequest<List<AuditEntry>> {}
}

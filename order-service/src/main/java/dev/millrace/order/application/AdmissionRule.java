package dev.millrace.order.application;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Whether one more order may come in. Little's law: a new order waits for as long as those before it take to be settled.
 *
 * <table>
 * <caption>The rule</caption>
 * <tr><th>orders are being settled</th><th>one more is refused when</th><th>come again after</th></tr>
 * <tr><td>yes</td><td>it would wait longer than {@code maxWait} (and more than {@code freePending} are before it)</td>
 * <td>the time to work off what is too much</td></tr>
 * <tr><td>no: something behind is stopped, and orders are kept for it</td><td>{@code maxPending} orders wait</td>
 * <td>{@value #UNKNOWN_SECONDS} s</td></tr>
 * <tr><td>either</td><td>{@code maxUnpublished} events wait in the outbox</td><td>as above</td></tr>
 * </table>
 *
 * @param maxWait what an accepted order may have to wait while orders are being settled
 * @param freePending so many pending orders are never too many: a burst is no overload
 * @param maxPending pending orders at most, whatever happens
 * @param maxUnpublished events in the outbox at most
 */
public record AdmissionRule(Duration maxWait, int freePending, int maxPending, int maxUnpublished) {

    /** Told when nothing moves, so that there is nothing to reckon with. */
    static final int UNKNOWN_SECONDS = 10;

    private static final int LONGEST_SECONDS = 60;

    /**
     * Decides on one more order.
     *
     * @return empty: it may come in; else after how many seconds there is room for it, as far as can be told
     */
    public OptionalInt refusal(Backlog backlog) {
        double perSecond = backlog.settledPerSecond();
        double room = perSecond > 0
                ? Math.min(maxPending, Math.max(freePending, perSecond * maxWait.toMillis() / 1_000))
                : maxPending;
        double tooMany = backlog.pending() + 1 - room;
        if (tooMany <= 0 && backlog.unpublished() < maxUnpublished) {
            return OptionalInt.empty();
        }
        if (perSecond <= 0) {
            return OptionalInt.of(UNKNOWN_SECONDS);
        }
        double toWorkOff = Math.max(tooMany, backlog.unpublished() - maxUnpublished + 1);
        return OptionalInt.of((int) Math.clamp(Math.ceil(toWorkOff / perSecond), 1, LONGEST_SECONDS));
    }
}

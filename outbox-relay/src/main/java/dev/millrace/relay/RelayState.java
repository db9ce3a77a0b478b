package dev.millrace.relay;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the relay of one source is doing.
 *
 * <table>
 * <caption>Transitions, held by RelayStateTest. Every state may also become PAUSED (which remembers the state beneath
 * and goes back to it), RETRYING (something failed unexpectedly) and STOPPED; STOPPED is final.</caption>
 * <tr><th>from</th><th>to</th></tr>
 * <tr><td>STARTING</td><td>WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, RUNNING</td></tr>
 * <tr><td>WAITING_FOR_DATABASE</td><td>STARTING, WAITING_FOR_SLOT, WAITING_FOR_BROKER</td></tr>
 * <tr><td>WAITING_FOR_SLOT</td><td>STARTING, WAITING_FOR_DATABASE, WAITING_FOR_BROKER</td></tr>
 * <tr><td>WAITING_FOR_BROKER</td><td>STARTING, WAITING_FOR_DATABASE, WAITING_FOR_SLOT, RUNNING, WAITING_FOR_CREDIT</td></tr>
 * <tr><td>RUNNING</td><td>WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, WAITING_FOR_CREDIT</td></tr>
 * <tr><td>WAITING_FOR_CREDIT</td><td>WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, RUNNING</td></tr>
 * <tr><td>RETRYING</td><td>STARTING, WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, RUNNING, WAITING_FOR_CREDIT</td></tr>
 * <tr><td>PAUSED</td><td>all but PAUSED</td></tr>
 * <tr><td>STOPPED</td><td></td></tr>
 * </table>
 */
public enum RelayState {
    /** Reads its position and starts to stream. */
    STARTING,
    /** The database does not answer or refuses us. */
    WAITING_FOR_DATABASE,
    /** The service's migration has not made the slot yet, or another relay holds it. */
    WAITING_FOR_SLOT,
    /** No connection to the broker. */
    WAITING_FOR_BROKER,
    /** The broker grants no credit: it takes no more for now. */
    WAITING_FOR_CREDIT,
    /** Rows are on their way as they are committed. */
    RUNNING,
    /** The broker refused rows for now, or the capture failed: tried again with growing pauses. */
    RETRYING,
    /** An operator's wish, kept in the database; lasts until resumed. */
    PAUSED,
    /** This process is ending. */
    STOPPED;

    /** States that may follow this one. */
    public Set<RelayState> successors() {
        EnumSet<RelayState> next =
                switch (this) {
                    case STARTING -> EnumSet.of(WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, RUNNING);
                    case WAITING_FOR_DATABASE -> EnumSet.of(STARTING, WAITING_FOR_SLOT, WAITING_FOR_BROKER);
                    case WAITING_FOR_SLOT -> EnumSet.of(STARTING, WAITING_FOR_DATABASE, WAITING_FOR_BROKER);
                    case WAITING_FOR_BROKER ->
                        EnumSet.of(STARTING, WAITING_FOR_DATABASE, WAITING_FOR_SLOT, RUNNING, WAITING_FOR_CREDIT);
                    case RUNNING ->
                        EnumSet.of(WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, WAITING_FOR_CREDIT);
                    case WAITING_FOR_CREDIT ->
                        EnumSet.of(WAITING_FOR_DATABASE, WAITING_FOR_SLOT, WAITING_FOR_BROKER, RUNNING);
                    case RETRYING ->
                        EnumSet.of(
                                STARTING,
                                WAITING_FOR_DATABASE,
                                WAITING_FOR_SLOT,
                                WAITING_FOR_BROKER,
                                RUNNING,
                                WAITING_FOR_CREDIT);
                    case PAUSED -> EnumSet.complementOf(EnumSet.of(PAUSED));
                    case STOPPED -> EnumSet.noneOf(RelayState.class);
                };
        if (this != STOPPED) {
            next.addAll(EnumSet.of(PAUSED, RETRYING, STOPPED));
            next.remove(this);
        }
        return next;
    }
}

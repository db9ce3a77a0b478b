package dev.millrace.messaging;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Set;

/**
 * Tells failures that are the database's absence from failures that are ours: it cannot be reached, is just starting or
 * ending, its connection broke in the middle, or the pool had none to give in time. Such a failure passes, so whoever
 * asked is told to come again instead of being shown an error of the service. Whether a transaction whose commit met it
 * has taken effect is unknown.
 *
 * @see <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">PostgreSQL error codes</a>
 */
public final class DatabaseOutage {

    /** Class of the SQL states that mean "no connection". */
    private static final String NO_CONNECTION = "08";

    /** Ended by an administrator, by the crash of another session, not yet or no longer open; no connection left. */
    private static final Set<String> NOT_SERVING = Set.of("57P01", "57P02", "57P03", "53300");

    /** Agroal's exception has neither a state nor a type of its own. */
    private static final String POOL_EMPTY = "acquisition timeout";

    private DatabaseOutage() {}

    /** Whether a failure, or one of those that led to it or were suppressed by it, is such an outage. */
    public static boolean isCauseOf(Throwable failure) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Throwable, Boolean>());
        var open = new ArrayDeque<Throwable>();
        open.add(failure);
        while (!open.isEmpty()) {
            Throwable next = open.remove();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof SQLException sql && isOutage(sql)) {
                return true;
            }
            if (next.getCause() != null) {
                open.add(next.getCause());
            }
            Collections.addAll(open, next.getSuppressed());
        }
        return false;
    }

    private static boolean isOutage(SQLException failure) {
        String state = failure.getSQLState();
        if (state != null) {
            return state.startsWith(NO_CONNECTION) || NOT_SERVING.contains(state);
        }
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException
                || message.contains(POOL_EMPTY);
    }
}

package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.StartAt;
import dev.millrace.broker.core.StartTexts;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Source;

/**
 * The filters of a consumer's source that are known here. They are recognised by descriptor, a symbol or a number, under
 * whatever key: clients do not agree on keys.
 *
 * @param from null if no start is asked for
 * @param selectors the entries that select, as they came
 * @param starts the entries that say where to start, as they came
 * @param error what is wrong with them, for people; null if nothing is
 */
record SourceFilters(
        Selection selection, StartAt from, Map<Symbol, Object> selectors, Map<Symbol, Object> starts, String error) {

    private static final Set<Object> SELECTORS = Set.of(
            Symbol.valueOf("apache.org:selector-filter:string"),
            UnsignedLong.valueOf(0x0000468C00000004L),
            Symbol.valueOf("amqp:sql-filter"),
            UnsignedLong.valueOf(0x120L));

    private static final Symbol STREAM_OFFSET = Symbol.valueOf("rabbitmq:stream-offset-spec");

    private static final SourceFilters NONE = new SourceFilters(Selection.ALL, null, Map.of(), Map.of(), null);

    /** @param terminus a source; nothing is read of anything else */
    static SourceFilters of(Object terminus) {
        return terminus instanceof Source source && source.getFilter() != null ? read(source.getFilter()) : NONE;
    }

    private static SourceFilters read(Map<?, ?> filters) {
        Map<Symbol, Object> selectors = new LinkedHashMap<>();
        Map<Symbol, Object> starts = new LinkedHashMap<>();
        String selector = null;
        StartAt from = null;
        try {
            for (Map.Entry<?, ?> entry : filters.entrySet()) {
                if (!(entry.getKey() instanceof Symbol key) || !(entry.getValue() instanceof DescribedType filter)) {
                    continue;
                }
                if (SELECTORS.contains(filter.getDescriptor())) {
                    String condition = condition(filter.getDescribed());
                    selector = selector == null ? condition : "(" + selector + ") AND (" + condition + ")";
                    selectors.put(key, filter);
                } else if (STREAM_OFFSET.equals(filter.getDescriptor())) {
                    from = start(filter.getDescribed());
                    starts.put(key, filter);
                }
            }
        } catch (IllegalArgumentException e) {
            return new SourceFilters(Selection.ALL, null, Map.of(), Map.of(), e.getMessage());
        }
        return new SourceFilters(new Selection(selector, null), from, selectors, starts, null);
    }

    private static String condition(Object described) {
        if (described instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new IllegalArgumentException("A selector has to be a string with a condition, not " + kind(described));
    }

    private static StartAt start(Object described) {
        return switch (described) {
            case Date time -> new StartAt.Instant(time.getTime());
            case Number number -> new StartAt.Offset(number.longValue());
            case String text -> StartTexts.parse(text);
            case Symbol text -> StartTexts.parse(text.toString());
            case null, default ->
                throw new IllegalArgumentException(
                        "A stream offset has to be first, last, next, an offset or a time, not " + kind(described));
        };
    }

    private static String kind(Object described) {
        return described == null ? "null" : described.getClass().getSimpleName();
    }

    /** The entries that are applied, for the answer. */
    Map<Symbol, Object> applied(boolean placed) {
        if (!placed || starts.isEmpty()) {
            return selectors;
        }
        Map<Symbol, Object> applied = new LinkedHashMap<>(selectors);
        applied.putAll(starts);
        return applied;
    }
}

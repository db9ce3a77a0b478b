package dev.millrace.broker.selector;

import java.util.List;

/**
 * A parsed selector (Jakarta Messaging 3.1, section 3.8.1). Immutable and thread-safe. Parsing is linear in its length;
 * evaluating looks at each of its words at most once, and every string at most as often as its pattern has characters.
 */
public final class Selector {

    /** Longest selector, in characters. */
    public static final int MAX_LENGTH = 4_096;

    private final Expression condition;
    private final List<String> names;

    /** What one message says of the names in a selector. */
    @FunctionalInterface
    public interface Values {

        /** A {@link Boolean}, {@link Long}, {@link Double} or {@link String}; null if there is none. */
        Object value(int index);
    }

    Selector(Expression condition, List<String> names) {
        this.condition = condition;
        this.names = List.copyOf(names);
    }

    /**
     * @throws SelectorSyntaxException if it is none
     */
    public static Selector parse(String text) {
        if (text.isBlank() || text.length() > MAX_LENGTH) {
            throw new SelectorSyntaxException("A selector has 1 to " + MAX_LENGTH + " characters, not "
                    + text.strip().length() + ".");
        }
        return new Parser(new Lexer(text).tokens()).selector();
    }

    /** The properties that it asks for, each once. */
    public List<String> names() {
        return names;
    }

    /** Whether the condition is true; not if it is unknown. */
    public boolean matches(Values values) {
        return Boolean.TRUE.equals(condition.value(values));
    }
}

package dev.millrace.broker.selector;

/**
 * One word of a selector.
 *
 * @param text of a word as it is written, of a string its content
 * @param at where it starts, from 0
 */
record Token(Kind kind, String text, int at) {

    enum Kind {
        WORD,
        STRING,
        NUMBER,
        SYMBOL,
        END
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isKeyword(String keyword) {
        return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end" : "'" + text + "'";
    }
}

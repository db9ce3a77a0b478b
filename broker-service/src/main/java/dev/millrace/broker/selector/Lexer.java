package dev.millrace.broker.selector;

import java.util.ArrayList;
import java.util.List;

/** Takes a selector apart into its words; linear in its length. */
final class Lexer {

    /** Names of annotations have hyphens, which anywhere else subtract. */
    private static final String ANNOTATION = "amqp.annotation.";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Lexer(String text) {
        this.text = text;
    }

    List<Token> tokens() {
        while (skipBlanks()) {
            char next = text.charAt(at);
            if (next == '\'') {
                string();
            } else if (Character.isDigit(next) || (next == '.' && at + 1 < text.length() && isDigit(at + 1))) {
                number();
            } else if (Character.isJavaIdentifierStart(next)) {
                word();
            } else {
                symbol();
            }
        }
        tokens.add(new Token(Token.Kind.END, "", text.length()));
        return tokens;
    }

    private boolean skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length();
    }

    private boolean isDigit(int index) {
        return index < text.length() && Character.isDigit(text.charAt(index));
    }

    private void string() {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (true) {
            if (at == text.length()) {
                throw new SelectorSyntaxException("The string that begins at " + start + " has no end.");
            }
            char next = text.charAt(at++);
            if (next != '\'') {
                content.append(next);
            } else if (at < text.length() && text.charAt(at) == '\'') {
                content.append(next);
                at++;
            } else {
                break;
            }
        }
        tokens.add(new Token(Token.Kind.STRING, content.toString(), start));
    }

    private void number() {
        int start = at;
        while (at < text.length() && isPartOfNumber(start)) {
            at++;
        }
        tokens.add(new Token(Token.Kind.NUMBER, text.substring(start, at), start));
    }

    private boolean isPartOfNumber(int start) {
        char next = text.charAt(at);
        if ((next == '+' || next == '-') && at > start) {
            return Character.toLowerCase(text.charAt(at - 1)) == 'e' && !text.startsWith("0x", start);
        }
        return next == '.' || Character.isLetterOrDigit(next);
    }

    private void word() {
        int start = at;
        boolean annotation = text.startsWith(ANNOTATION, start);
        while (at < text.length() && isPartOfWord(text.charAt(at), annotation)) {
            at++;
        }
        tokens.add(new Token(Token.Kind.WORD, text.substring(start, at), start));
    }

    private static boolean isPartOfWord(char next, boolean annotation) {
        return Character.isJavaIdentifierPart(next) || next == '.' || (annotation && next == '-');
    }

    private void symbol() {
        String two = at + 2 <= text.length() ? text.substring(at, at + 2) : "";
        String symbol =
                switch (two) {
                    case "<>", "<=", ">=", "!=" -> two;
                    default -> text.substring(at, at + 1);
                };
        if ("<>!=<=>=()+-*/,%".indexOf(symbol.charAt(0)) < 0 || symbol.equals("!") || symbol.equals("%")) {
            throw new SelectorSyntaxException("'" + symbol + "' at " + at + " means nothing in a selector.");
        }
        tokens.add(new Token(Token.Kind.SYMBOL, symbol, at));
        at += symbol.length();
    }
}

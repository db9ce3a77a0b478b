package dev.millrace.broker.selector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Recursive descent over the words of a selector:
 *
 * <pre>
 * or      = and { OR and }
 * and     = not { AND not }
 * not     = [ NOT ] compared
 * compared= sum [ op sum | IS [NOT] NULL | [NOT] ( BETWEEN sum AND sum | IN ( strings ) | LIKE string [ESCAPE string] ) ]
 * sum     = product { (+|-) product }
 * product = sign { (*|/) sign }
 * sign    = [ + | - ] primary
 * primary = name | string | number | TRUE | FALSE | ( or )
 * </pre>
 */
final class Parser {

    /** Parentheses, NOT and signs within each other. */
    private static final int MAX_NESTING = 50;

    /** Parts joined side by side, each of which is a step deeper when it is evaluated. */
    private static final int MAX_JOINED = 500;

    private static final Set<String> RESERVED =
            Set.of("AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "ESCAPE", "IS", "NULL");

    private final List<Token> tokens;
    private final List<String> names = new ArrayList<>();
    private final Map<String, Expression.Property> properties = new HashMap<>();
    private int at;
    private int nesting;
    private int joined;

    Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    Selector selector() {
        Expression condition = or();
        if (peek().kind() != Token.Kind.END) {
            throw unexpected("an operator or the end");
        }
        if (isNeverTrue(condition)) {
            throw new SelectorSyntaxException("A selector is a condition, this one is only a value.");
        }
        return new Selector(condition, names);
    }

    private static boolean isNeverTrue(Expression condition) {
        return switch (condition) {
            case Expression.Constant constant -> !(constant.constant() instanceof Boolean);
            case Expression.Arithmetic arithmetic -> true;
            default -> false;
        };
    }

    private Expression or() {
        Expression left = and();
        while (acceptKeyword("OR")) {
            countJoined();
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (acceptKeyword("AND")) {
            countJoined();
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (!acceptKeyword("NOT")) {
            return compared();
        }
        enter();
        Expression operand = not();
        nesting--;
        return new Expression.Not(operand);
    }

    private Expression compared() {
        Expression left = sum();
        Token next = peek();
        if (next.kind() == Token.Kind.SYMBOL
                && Set.of("=", "<>", "!=", "<", "<=", ">", ">=").contains(next.text())) {
            at++;
            return new Expression.Comparison(next.text(), left, sum());
        }
        if (acceptKeyword("IS")) {
            boolean negated = acceptKeyword("NOT");
            expectKeyword("NULL");
            return negated(new Expression.IsNull(left), negated);
        }
        boolean negated = acceptKeyword("NOT");
        if (acceptKeyword("BETWEEN")) {
            return negated(between(left), negated);
        }
        if (acceptKeyword("IN")) {
            return negated(new Expression.In(left, choices()), negated);
        }
        if (acceptKeyword("LIKE")) {
            return negated(new Expression.Like(left, pattern()), negated);
        }
        if (negated) {
            throw unexpected("BETWEEN, IN or LIKE");
        }
        return left;
    }

    private static Expression negated(Expression expression, boolean negated) {
        return negated ? new Expression.Not(expression) : expression;
    }

    private Expression between(Expression operand) {
        Expression low = sum();
        expectKeyword("AND");
        Expression high = sum();
        return new Expression.And(
                new Expression.Comparison(">=", operand, low), new Expression.Comparison("<=", operand, high));
    }

    private Set<String> choices() {
        expectSymbol("(");
        Set<String> choices = new HashSet<>();
        do {
            choices.add(string());
        } while (acceptSymbol(","));
        expectSymbol(")");
        return choices;
    }

    private LikePattern pattern() {
        String text = string();
        if (!acceptKeyword("ESCAPE")) {
            return new LikePattern(text, (char) 0);
        }
        String escape = string();
        if (escape.length() != 1) {
            throw new SelectorSyntaxException("ESCAPE wants one character, not '" + escape + "'.");
        }
        return new LikePattern(text, escape.charAt(0));
    }

    private String string() {
        if (peek().kind() != Token.Kind.STRING) {
            throw unexpected("a string in single quotes");
        }
        return tokens.get(at++).text();
    }

    private Expression sum() {
        Expression left = product();
        while (peek().isSymbol("+") || peek().isSymbol("-")) {
            countJoined();
            left = new Expression.Arithmetic(tokens.get(at++).text().charAt(0), left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = sign();
        while (peek().isSymbol("*") || peek().isSymbol("/")) {
            countJoined();
            left = new Expression.Arithmetic(tokens.get(at++).text().charAt(0), left, sign());
        }
        return left;
    }

    private Expression sign() {
        boolean minus = peek().isSymbol("-");
        if (!minus && !peek().isSymbol("+")) {
            return primary();
        }
        at++;
        if (minus && peek().kind() == Token.Kind.NUMBER) {
            return number("-" + tokens.get(at++).text());
        }
        enter();
        Expression operand = sign();
        nesting--;
        return minus ? new Expression.Arithmetic('-', new Expression.Constant(0L), operand) : operand;
    }

    private Expression primary() {
        Token token = peek();
        switch (token.kind()) {
            case STRING -> {
                at++;
                return new Expression.Constant(token.text());
            }
            case NUMBER -> {
                at++;
                return number(token.text());
            }
            case WORD -> {
                return word(token);
            }
            default -> {
                expectSymbol("(");
                enter();
                Expression inner = or();
                nesting--;
                expectSymbol(")");
                return inner;
            }
        }
    }

    private Expression word(Token token) {
        String upper = token.text().toUpperCase(Locale.ROOT);
        if (RESERVED.contains(upper)) {
            throw unexpected("a name or a value");
        }
        at++;
        return switch (upper) {
            case "TRUE" -> new Expression.Constant(true);
            case "FALSE" -> new Expression.Constant(false);
            default ->
                properties.computeIfAbsent(token.text(), name -> {
                    names.add(name);
                    return new Expression.Property(names.size() - 1);
                });
        };
    }

    private static Expression number(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        try {
            boolean hexadecimal = lower.startsWith("0x") || lower.startsWith("-0x");
            boolean fraction = !hexadecimal
                    && (lower.indexOf('.') >= 0
                            || lower.indexOf('e') >= 0
                            || lower.endsWith("d")
                            || lower.endsWith("f"));
            if (fraction) {
                return new Expression.Constant(Double.valueOf(lower));
            }
            return new Expression.Constant(
                    Long.decode(lower.endsWith("l") ? lower.substring(0, lower.length() - 1) : lower));
        } catch (NumberFormatException e) {
            throw new SelectorSyntaxException("'" + text + "' is no number, or too large a one.");
        }
    }

    private void enter() {
        if (++nesting > MAX_NESTING) {
            throw new SelectorSyntaxException("The selector is nested more than " + MAX_NESTING + " deep.");
        }
    }

    private void countJoined() {
        if (++joined > MAX_JOINED) {
            throw new SelectorSyntaxException("The selector has more than " + MAX_JOINED + " operators.");
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    private boolean acceptKeyword(String keyword) {
        if (!peek().isKeyword(keyword)) {
            return false;
        }
        at++;
        return true;
    }

    private boolean acceptSymbol(String symbol) {
        if (!peek().isSymbol(symbol)) {
            return false;
        }
        at++;
        return true;
    }

    private void expectKeyword(String keyword) {
        if (!acceptKeyword(keyword)) {
            throw unexpected(keyword);
        }
    }

    private void expectSymbol(String symbol) {
        if (!acceptSymbol(symbol)) {
            throw unexpected("'" + symbol + "'");
        }
    }

    private SelectorSyntaxException unexpected(String wanted) {
        return new SelectorSyntaxException(
                "At " + peek().at() + " of the selector: expected " + wanted + ", found " + peek() + ".");
    }
}

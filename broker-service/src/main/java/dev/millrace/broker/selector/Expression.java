package dev.millrace.broker.selector;

import java.util.Set;

/**
 * A part of a selector. Its value is a {@link Boolean}, {@link Long}, {@link Double} or {@link String}; null is
 * unknown, with which comparisons are unknown too (SQL's three-valued logic; Jakarta Messaging 3.1, section 3.8.1).
 */
sealed interface Expression {

    Object value(Selector.Values values);

    /** What a property has; by the place of its name in {@link Selector#names}. */
    record Property(int index) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            return values.value(index);
        }
    }

    record Constant(Object constant) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            return constant;
        }
    }

    record Not(Expression operand) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            return operand.value(values) instanceof Boolean known ? (Object) !known : null;
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            Object first = left.value(values);
            if (Boolean.FALSE.equals(first)) {
                return false;
            }
            Object second = right.value(values);
            if (Boolean.FALSE.equals(second)) {
                return false;
            }
            return Boolean.TRUE.equals(first) && Boolean.TRUE.equals(second) ? true : null;
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            Object first = left.value(values);
            if (Boolean.TRUE.equals(first)) {
                return true;
            }
            Object second = right.value(values);
            if (Boolean.TRUE.equals(second)) {
                return true;
            }
            return Boolean.FALSE.equals(first) && Boolean.FALSE.equals(second) ? false : null;
        }
    }

    record IsNull(Expression operand) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            return operand.value(values) == null;
        }
    }

    /** {@code =, <>, <, <=, >, >=}; values of kinds that do not compare are not equal, and nothing else. */
    record Comparison(String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            Object first = left.value(values);
            Object second = right.value(values);
            if (first == null || second == null) {
                return null;
            }
            return switch (operator) {
                case "=" -> areEqual(first, second);
                case "<>", "!=" -> !areEqual(first, second);
                default -> first instanceof Number one && second instanceof Number other && isOrdered(one, other);
            };
        }

        private static boolean areEqual(Object first, Object second) {
            return first instanceof Number one && second instanceof Number other
                    ? compare(one, other) == 0
                    : first.equals(second);
        }

        private boolean isOrdered(Number first, Number second) {
            int order = compare(first, second);
            return switch (operator) {
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }

        private static int compare(Number first, Number second) {
            return first instanceof Long && second instanceof Long
                    ? Long.compare(first.longValue(), second.longValue())
                    : Double.compare(first.doubleValue(), second.doubleValue());
        }
    }

    record Arithmetic(char operator, Expression left, Expression right) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            if (!(left.value(values) instanceof Number first) || !(right.value(values) instanceof Number second)) {
                return null;
            }
            return first instanceof Long && second instanceof Long
                    ? whole(first.longValue(), second.longValue())
                    : fraction(first.doubleValue(), second.doubleValue());
        }

        private Object whole(long first, long second) {
            return switch (operator) {
                case '+' -> first + second;
                case '-' -> first - second;
                case '*' -> first * second;
                default -> second == 0 ? null : (Object) (first / second);
            };
        }

        private Object fraction(double first, double second) {
            return switch (operator) {
                case '+' -> first + second;
                case '-' -> first - second;
                case '*' -> first * second;
                default -> first / second;
            };
        }
    }

    record In(Expression operand, Set<String> choices) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            Object value = operand.value(values);
            return value == null ? null : (Object) (value instanceof String text && choices.contains(text));
        }
    }

    record Like(Expression operand, LikePattern pattern) implements Expression {
        @Override
        public Object value(Selector.Values values) {
            Object value = operand.value(values);
            return value == null ? null : (Object) (value instanceof String text && pattern.matches(text));
        }
    }
}

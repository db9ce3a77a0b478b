package dev.millrace.order.application;

import java.util.List;

/** The catalogue does not allow this order. */
public class UnorderableException extends RuntimeException {

    /**
     * What is wrong with one line.
     *
     * @param line its index, from 0
     */
    public record LineError(int line, String message) {}

    private final transient List<LineError> errors;

    UnorderableException(List<LineError> errors) {
        super("the catalogue does not allow " + errors.size() + " of the lines");
        this.errors = List.copyOf(errors);
    }

    /** What is wrong, in the order of the lines; at least one. */
    public List<LineError> errors() {
        return errors;
    }
}

package dev.millrace.broker.http;

import java.util.List;

/** Fields of a body are not as expected. */
class InvalidBodyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem.FieldError> errors;

    InvalidBodyException(List<Problem.FieldError> errors) {
        super(errors.toString());
        this.errors = List.copyOf(errors);
    }

    List<Problem.FieldError> errors() {
        return errors;
    }
}

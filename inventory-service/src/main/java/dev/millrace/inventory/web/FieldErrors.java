package dev.millrace.inventory.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.millrace.inventory.web.Problem.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Says which fields of a request are wrong, by their names in the request. */
final class FieldErrors {

    private static final String BODY = "body";

    private FieldErrors() {}

    static List<FieldError> of(ConstraintViolationException e) {
        return e.getConstraintViolations().stream()
                .map(violation -> new FieldError(field(violation), violation.getMessage()))
                .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
                .toList();
    }

    static List<FieldError> of(InvalidParameterException e) {
        return List.of(new FieldError(e.parameter(), e.getMessage()));
    }

    static List<FieldError> of(JsonProcessingException e) {
        String field = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .collect(Collectors.joining("."))
                : "";
        return List.of(
                field.isEmpty()
                        ? new FieldError(BODY, "is not the JSON that is expected")
                        : new FieldError(field, "has the wrong type"));
    }

    /** {@code put.body.unitPrice} is {@code unitPrice}, {@code put.sku} the parameter, {@code put.body} the body. */
    private static String field(ConstraintViolation<?> violation) {
        var names = StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .filter(node -> node.getKind() != ElementKind.METHOD)
                .map(node -> node.getName())
                .toList();
        boolean inBody = names.size() > 1 && names.getFirst().equals(BODY);
        return String.join(".", inBody ? names.subList(1, names.size()) : names);
    }
}

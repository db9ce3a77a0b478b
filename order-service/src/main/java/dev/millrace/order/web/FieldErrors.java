package dev.millrace.order.web;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.millrace.order.application.UnorderableException;
import dev.millrace.order.web.Problem.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Comparator;
import java.util.List;

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

    static List<FieldError> of(UnorderableException e) {
        return e.errors().stream()
                .map(error -> new FieldError("lines[" + error.line() + "].sku", error.message()))
                .toList();
    }

    static List<FieldError> of(JsonProcessingException e) {
        boolean syntaxIsWrong = e.getCause() instanceof JsonParseException;
        if (e instanceof JsonMappingException mismatch && !mismatch.getPath().isEmpty() && !syntaxIsWrong) {
            return List.of(new FieldError(field(mismatch.getPath()), "has the wrong type"));
        }
        return List.of(new FieldError(BODY, "is not the JSON that is expected"));
    }

    /** {@code place.body.lines[0].quantity} is {@code lines[0].quantity}, {@code place.Idempotency-Key} the header. */
    private static String field(ConstraintViolation<?> violation) {
        var field = new StringBuilder();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.METHOD) {
                continue;
            }
            if (node.getKind() == ElementKind.PARAMETER) {
                field.append(node.getName().equals("idempotencyKey") ? OrderResource.IDEMPOTENCY_KEY : node.getName());
                continue;
            }
            if (field.toString().equals(BODY)) {
                field.setLength(0);
            }
            append(field, node);
        }
        return field.toString();
    }

    private static void append(StringBuilder field, Path.Node node) {
        if (node.isInIterable() && node.getIndex() != null) {
            field.append('[').append(node.getIndex()).append(']');
        }
        if (node.getName() != null && node.getKind() != ElementKind.CONTAINER_ELEMENT) {
            field.append(field.isEmpty() ? "" : ".").append(node.getName());
        }
    }

    private static String field(List<JsonMappingException.Reference> path) {
        var field = new StringBuilder();
        for (var step : path) {
            if (step.getFieldName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return field.toString();
    }
}

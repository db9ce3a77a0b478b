package dev.millrace.order.web;

import dev.millrace.order.application.PlacedBefore;
import dev.millrace.order.domain.OrderStatus;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Reads path, query and header parameters. By hand, because what JAX-RS cannot convert it answers with 404 and without
 * saying which parameter it was.
 */
final class Parameters {

    /** {@link UUID#fromString} takes much more than the canonical form. */
    private static final Pattern UUID_FORM = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private Parameters() {}

    static UUID orderId(String id) {
        return uuid(id).orElseThrow(() -> new InvalidParameterException("id", "must be a UUID"));
    }

    static Optional<OrderStatus> status(String status) {
        if (absent(status)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(OrderStatus.values())
                .filter(known -> known.name().equals(status))
                .findFirst()
                .orElseThrow(() -> new InvalidParameterException(
                        "status", "must be one of " + Arrays.toString(OrderStatus.values()))));
    }

    static Optional<PlacedBefore> before(String before) {
        if (absent(before)) {
            return Optional.empty();
        }
        return uuid(before)
                .<PlacedBefore>map(PlacedBefore.OrderOf::new)
                .or(() -> moment(before))
                .map(Optional::of)
                .orElseThrow(() -> new InvalidParameterException("before", "must be an order's id or an instant"));
    }

    /** A whole number from min to max, or the default if it is absent. */
    static int number(String name, String value, int min, int max, int defaultValue) {
        if (absent(value)) {
            return defaultValue;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new InvalidParameterException(name, "must be a whole number");
        }
        throw new InvalidParameterException(name, "must be between " + min + " and " + max);
    }

    private static Optional<UUID> uuid(String text) {
        return UUID_FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    private static Optional<PlacedBefore> moment(String text) {
        try {
            return Optional.of(
                    new PlacedBefore.Moment(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeException notAnInstant) {
            return Optional.empty();
        }
    }

    private static boolean absent(String value) {
        return value == null || value.isEmpty();
    }
}

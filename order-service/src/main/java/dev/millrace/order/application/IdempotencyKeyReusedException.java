package dev.millrace.order.application;

/** A client used one idempotency key for two different requests. */
public class IdempotencyKeyReusedException extends RuntimeException {

    IdempotencyKeyReusedException(String key) {
        super("Idempotency-Key " + key + " was used before, for a different order");
    }
}

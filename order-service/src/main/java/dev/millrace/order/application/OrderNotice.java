package dev.millrace.order.application;

import java.util.UUID;

/**
 * A hint from another instance: the order may have changed.
 *
 * @param orderId null: hints may have been missed, about any order
 */
public record OrderNotice(UUID orderId) {}

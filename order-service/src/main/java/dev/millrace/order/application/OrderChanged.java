package dev.millrace.order.application;

import java.util.UUID;

/** Inside this process: the order's status has changed; observe it after the commit. */
public record OrderChanged(UUID orderId) {}

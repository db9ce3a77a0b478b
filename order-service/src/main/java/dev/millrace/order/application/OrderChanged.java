package dev.millrace.order.application;

import dev.millrace.order.domain.StatusChange;

/** Fired within the transaction that makes the change; to be observed after its commit. */
public record OrderChanged(StatusChange change) {}

package dev.millrace.order.application;

import java.time.Instant;
import java.util.UUID;

/** Where a page of orders begins. */
public sealed interface PlacedBefore {

    /** Orders placed before this one (ids are time-ordered). */
    record OrderOf(UUID id) implements PlacedBefore {}

    /** Orders placed before this moment. */
    record Moment(Instant moment) implements PlacedBefore {}
}

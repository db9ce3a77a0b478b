/**
 * Events out ({@link dev.millrace.order.messaging.OutboxOrderEvents}, schemas in {@code events/*.json}) and in (one
 * consumer per channel, each with its own records of just the fields that it needs); questions to inventory-service and its
 * answers ({@link dev.millrace.order.messaging.AvailabilityInquiry}).
 */
package dev.millrace.order.messaging;

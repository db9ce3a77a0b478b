package dev.millrace.broker.core;

/**
 * What a consumer is attached to.
 *
 * @param address of it; differs from the one asked for where none was
 * @param placed whether the start that was asked for was applied
 */
public record Attachment(String address, boolean placed) {}

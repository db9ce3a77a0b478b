package dev.millrace.broker.core;

/**
 * A schema at one moment.
 *
 * @param subject of the messages that have to conform to it
 * @param schema as it was declared
 */
public record SchemaView(String topic, String subject, String schema) {}

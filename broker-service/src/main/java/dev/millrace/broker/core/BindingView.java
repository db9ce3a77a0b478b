package dev.millrace.broker.core;

/**
 * A binding at one moment.
 *
 * @param selection which of the topic's messages go into the queue
 * @param routed how many went since the broker's start
 */
public record BindingView(String topic, String queue, Selection selection, long routed) {}

/**
 * The broker's side: sends a batch of messages pipelined over one AMQP 1.0 connection per source, one link per
 * destination, and keeps at it until the broker has accepted each of them or refused it for good.
 *
 * <p>All state is confined to one Vert.x context (one event loop) per {@link
 * dev.millrace.relay.publish.BatchPublisher}; the only ways in and out are its public methods.
 */
package dev.millrace.relay.publish;

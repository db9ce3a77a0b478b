/**
 * The AMQP 1.0 front: sockets, frames, sessions and links on one side, commands to the broker's core on the other.
 *
 * <p>One connection, one event loop. The protocol engine (Qpid proton-j) has the states of connections, sessions and
 * links; transfers, flows and dispositions go past it, from the socket's bytes to commands and back, in ranges and with
 * one flush per turn of the event loop:
 *
 * <pre>
 * socket → FrameSplitter → FrameRouter ┬→ ControlEngine (open, begin, attach, detach, end, close, SASL)
 *                                      └→ AmqpSession → PublisherEnd, ConsumerEnd → CommandSink
 * socket ← SocketOutput ← AmqpSession ← PublisherEnd, ConsumerEnd ← Inbox ← the broker's thread
 * </pre>
 */
package dev.millrace.broker.amqp;

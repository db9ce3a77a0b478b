/** Clients of the system's public interfaces: HTTP, server-sent events, the mailbox, AMQP. */
package dev.millrace.e2e.client;

/** The broker's HTTP API: what an operator asks and tells it. Every error is an RFC 9457 problem. */
package dev.millrace.broker.http;

/** What operators see: {@code /relay}, health, and errors as RFC 9457 problems. */
package dev.millrace.relay.web;

/**
 * HTTP: orders ({@link dev.millrace.order.web.OrderResource}), their server-sent events
 * ({@link dev.millrace.order.web.OrderEventStreamResource}), and every error as {@code application/problem+json}
 * ({@link dev.millrace.order.web.Problem}).
 *
 * <p>The problems are written by hand: the extension quarkus-resteasy-problem names its field errors
 * {@code violations}, leaves out {@code type}, and is built for an older Quarkus; bending it would be more code than
 * these mappers.
 */
package dev.millrace.order.web;

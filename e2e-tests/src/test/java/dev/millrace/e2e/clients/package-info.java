/**
 * Other people's AMQP clients against the broker, each with each: Vert.x (on which SmallRye's connector is built) and
 * Qpid JMS in this JVM, rhea and Qpid Proton for Python as processes of their own (see {@code src/test/clients}).
 */
package dev.millrace.e2e.clients;

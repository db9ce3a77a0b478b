/** The threads, the clock and the disk around the pure core. */
package dev.millrace.broker.engine;

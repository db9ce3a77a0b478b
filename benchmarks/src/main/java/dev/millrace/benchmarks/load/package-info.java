/** Load on a message broker: what is to go through it, clients that make it, and what they count. */
package dev.millrace.benchmarks.load;

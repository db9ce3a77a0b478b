/** The brokers that are measured, each in a process of its own: Millrace's and those of others. */
package dev.millrace.benchmarks.peer;

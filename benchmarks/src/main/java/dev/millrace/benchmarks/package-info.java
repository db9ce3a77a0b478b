/**
 * Measurements that a reader can repeat: one class per scenario, each a command of
 * {@link dev.millrace.benchmarks.Benchmarks}, and what they share. Every report ends with the machine that it is about.
 */
package dev.millrace.benchmarks;

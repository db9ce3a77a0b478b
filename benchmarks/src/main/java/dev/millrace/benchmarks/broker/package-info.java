/** Scenarios that measure Millrace's broker beside others, in rounds that take turns. */
package dev.millrace.benchmarks.broker;

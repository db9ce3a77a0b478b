/**
 * The broker itself, pure: commands go in, effects come out, facts go to the commit log. No thread, clock, socket or
 * framework in here; time comes in from outside, so that the same code runs under the fronts and under a simulation.
 */
package dev.millrace.broker.core;

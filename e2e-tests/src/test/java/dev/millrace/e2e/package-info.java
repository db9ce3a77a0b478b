/**
 * The whole system from outside: real processes, and only what the public interface promises. Classes with an order come
 * late, because they break something on purpose; each leaves the system as it found it.
 */
package dev.millrace.e2e;

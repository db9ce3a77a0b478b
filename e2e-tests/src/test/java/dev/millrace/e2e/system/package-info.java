/** The system under test: a stack of the tests' own, or one that runs elsewhere (see {@code Setting}). */
package dev.millrace.e2e.system;

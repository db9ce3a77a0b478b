/** The broker alone, killed again and again under load, against a ledger that nobody can take from the tests. */
package dev.millrace.e2e.torture;

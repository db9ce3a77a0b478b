/** What happened to each message, kept for a while in files of its own. Beside the log: nothing depends on it. */
package dev.millrace.broker.history;

/** Use cases and their transactions, the rows behind them, and the mail server. */
package dev.millrace.notification.application;

/** Use cases, each in a transaction, and the rows behind them. */
package dev.millrace.inventory.application;

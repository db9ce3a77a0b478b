/**
 * The use cases of ordering and their transactions: {@link dev.millrace.order.application.PlaceOrder},
 * {@link dev.millrace.order.application.OrderLifecycle} (confirm, reject, cancel, time out),
 * {@link dev.millrace.order.application.Catalogue} (the copy of the products),
 * {@link dev.millrace.order.application.StockHints} (what inventory-service says beforehand) and
 * {@link dev.millrace.order.application.OrderQueries}.
 */
package dev.millrace.order.application;

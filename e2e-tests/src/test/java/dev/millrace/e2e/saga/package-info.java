/** The decisions of order-service and inventory-service together, without anything between them. */
package dev.millrace.e2e.saga;

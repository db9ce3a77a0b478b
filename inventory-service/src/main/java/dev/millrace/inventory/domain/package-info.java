/** Products and their stock, and the stock of orders. No framework but the annotations of persistence and JSON. */
package dev.millrace.inventory.domain;

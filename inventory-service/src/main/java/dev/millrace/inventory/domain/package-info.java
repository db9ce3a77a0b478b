/** Products and their stock, and the stock of orders. No framework but JPA's annotations. */
package dev.millrace.inventory.domain;

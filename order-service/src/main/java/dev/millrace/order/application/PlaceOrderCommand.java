package dev.millrace.order.application;

import dev.millrace.order.domain.Customer;
import java.util.List;

/**
 * What a customer wants to order, checked for form.
 *
 * @param lines 1 to 100
 */
public record PlaceOrderCommand(Customer customer, List<Line> lines) {

    /**
     * One line.
     *
     * @param quantity 1 to 1000
     */
    public record Line(String sku, int quantity) {}
}

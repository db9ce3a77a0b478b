package dev.millrace.inventory.application;

/**
 * There was enough stock when the order looked, but another order was quicker. The transaction is rolled back; deciding
 * again, at once, gives the right answer.
 */
public class StockTakenMeanwhileException extends RuntimeException {

    StockTakenMeanwhileException() {
        // It is a signal on a path that is taken often for a product in demand, so it carries no stack trace.
        super("another order took the stock meanwhile", null, false, false);
    }
}

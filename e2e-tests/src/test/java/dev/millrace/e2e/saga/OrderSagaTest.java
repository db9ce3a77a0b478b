package dev.millrace.e2e.saga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.saga.OrderSaga.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of the messages about one order, each delivered once or twice, in every order that cause and effect
 * allow: the stock adds up, and the order ends.
 */
class OrderSagaTest {
    private static final int MAX_DELIVERIES = 2;

    private final Set<String> outcomes = new TreeSet<>();
    private int interleavings;

    @Test
    void stockAddsUpInEveryInterleavingWhenThereIsEnough() {
        explore(OrderSaga.QUANTITY, false);
        assertEquals(Set.of("CANCELLED CUSTOMER_REQUEST", "CANCELLED TIMED_OUT"), outcomes);
        assertTrue(interleavings > 10_000, interleavings + " interleavings");
    }

    @Test
    void stockAddsUpInEveryInterleavingWhenThereIsTooLittle() {
        explore(OrderSaga.QUANTITY - 1, false);
        assertEquals(Set.of("CANCELLED CUSTOMER_REQUEST", "CANCELLED TIMED_OUT", "REJECTED OUT_OF_STOCK"), outcomes);
        assertTrue(interleavings > 10_000, interleavings + " interleavings");
    }

    @Test
    void stockAddsUpInEveryInterleavingWhenNobodyCancels() {
        explore(OrderSaga.QUANTITY, true);
        assertEquals(Set.of("CANCELLED TIMED_OUT", "CONFIRMED"), outcomes);
    }

    private void explore(long onHand, boolean customerIsContent) {
        explore(onHand, customerIsContent, new ArrayList<>());
    }

    /** Depth first; each path is played anew, as the state cannot be copied. */
    private void explore(long onHand, boolean customerIsContent, List<Message> path) {
        var saga = new OrderSaga(onHand);
        try {
            for (Message message : path) {
                saga.deliver(message);
                saga.checkAlways();
            }
            boolean over = true;
            for (Message message : saga.sent()) {
                long delivered = path.stream().filter(message::equals).count();
                boolean refrains = customerIsContent && message == Message.CUSTOMER_CANCELS;
                over &= refrains || delivered > 0;
                if (!refrains && delivered < MAX_DELIVERIES) {
                    path.add(message);
                    explore(onHand, customerIsContent, path);
                    path.removeLast();
                }
            }
            if (over) {
                interleavings++;
                saga.checkAtTheEnd();
                outcomes.add(saga.outcome());
            }
        } catch (AssertionError e) {
            throw e.getMessage() != null && e.getMessage().contains("after [")
                    ? e
                    : new AssertionError(e.getMessage() + " after " + path, e);
        }
    }
}

package dev.millrace.inventory.messaging;

import dev.millrace.inventory.application.Faults;
import dev.millrace.inventory.application.Reservations;
import dev.millrace.inventory.application.StockTakenMeanwhileException;
import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.faulttolerance.Retry;

/** {@code order.placed}: reserve the stock of the order, once per event. */
@ApplicationScoped
public class OrderPlacedHandler {

    private final Inbox inbox;
    private final Reservations reservations;
    private final Faults faults;

    OrderPlacedHandler(Inbox inbox, Reservations reservations, Faults faults) {
        this.inbox = inbox;
        this.reservations = reservations;
        this.faults = faults;
    }

    /**
     * Losing the race for the last units is no failure of the message: decide again here, in a new transaction, rather
     * than take one of the broker's attempts. Whoever loses that often meets stock that comes and goes; then the broker's
     * backoff is the better pause.
     */
    @Retry(maxRetries = 5, delay = 2, jitter = 2, retryOn = StockTakenMeanwhileException.class)
    public void handle(InboundEvent event) {
        var order = event.dataAs(OrderPlaced.class);
        var demand = order.demand();
        faults.check(demand.quantities().keySet());
        inbox.once(OrderEvents.CONSUMER, event, () -> reservations.reserve(order.orderId(), demand));
    }
}

package dev.millrace.order.application;

import dev.millrace.messaging.EventIds;
import dev.millrace.order.domain.Order;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.UUID;

/**
 * Places an order, exactly once per idempotency key. Order, key, {@code order.placed} and the scheduled time-out are
 * written in one transaction: all of them or none.
 */
@ApplicationScoped
public class PlaceOrder {

    private final Orders orders;
    private final EntityManager entities;
    private final IdempotencyKeys keys;
    private final Catalogue catalogue;
    private final OrderEvents events;
    private final OrderSettings settings;

    PlaceOrder(
            Orders orders,
            EntityManager entities,
            IdempotencyKeys keys,
            Catalogue catalogue,
            OrderEvents events,
            OrderSettings settings) {
        this.orders = orders;
        this.entities = entities;
        this.keys = keys;
        this.catalogue = catalogue;
        this.events = events;
        this.settings = settings;
    }

    /**
     * Places the order, or returns the one that this key has placed before.
     *
     * @throws IdempotencyKeyReusedException if the key has placed a different order
     * @throws UnorderableException if the catalogue does not allow it; the key is then free again
     */
    @Transactional
    public Order place(PlaceOrderCommand command, String idempotencyKey) {
        UUID id = EventIds.next();
        return keys.claim(idempotencyKey, command, id).map(orders::findById).orElseGet(() -> placeNew(id, command));
    }

    private Order placeNew(UUID id, PlaceOrderCommand command) {
        Instant now = Moments.now();
        var priced = catalogue.price(command.lines());
        var order = Order.place(id, command.customer(), priced.lines(), priced.currency(), now);
        orders.persist(order);
        entities.persist(order.lastChange());
        events.placed(order);
        events.timeoutDue(order, now.plus(settings.timeout()));
        return order;
    }
}

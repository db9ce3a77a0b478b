package dev.millrace.inventory.application;

import dev.millrace.inventory.domain.Demand;
import dev.millrace.inventory.domain.Reservation;
import dev.millrace.inventory.domain.StockEvent;
import dev.millrace.messaging.Outbox;
import dev.millrace.messaging.OutboxEvent;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Orders get their stock and give it back. The stock, the reservation and the event that tells of it commit together.
 *
 * <p>Every method ends with the update of the products (if any), for the reason given in {@link StockLedger}.
 */
@ApplicationScoped
public class Reservations {

    private static final String STOCK = "stock";

    private final ReservationStore reservations;
    private final StockLedger ledger;
    private final Outbox outbox;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    Reservations(ReservationStore reservations, StockLedger ledger, Outbox outbox, MeterRegistry meters) {
        this.reservations = reservations;
        this.ledger = ledger;
        this.outbox = outbox;
        this.meters = meters;
    }

    @Transactional
    public Optional<Reservation> find(UUID orderId) {
        return reservations.findByOrder(orderId);
    }

    /** Whether all of the demand could be reserved at this moment; promises nothing. */
    public boolean isAvailable(Demand demand) {
        return demand.isCoveredBy(ledger.available(demand.quantities().keySet()));
    }

    /**
     * Reserves all of the demand or nothing. An order that has a reservation already, in whatever state, keeps it.
     *
     * <p>It decides by a look without a lock. "Too little" needs no more: it was true at that moment. "Enough" may have
     * become false meanwhile; then the update at the end says so and everything is rolled back.
     *
     * @throws StockTakenMeanwhileException in that case; the caller tries again in a new transaction
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void reserve(UUID orderId, Demand demand) {
        var available = ledger.available(demand.quantities().keySet());
        var reservation = Reservation.decide(orderId, demand, available, clock.instant());
        if (!reservations.insertIfAbsent(reservation)) {
            count("repeated");
            return;
        }
        publish(reservation);
        if (demand.isCoveredBy(available)) {
            ledger.reserve(demand);
        }
        count(reservation.status().name().toLowerCase());
    }

    /** Gives the units of a cancelled order back, once. An order without reserved units is noted and counted. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void release(UUID orderId) {
        Instant now = clock.instant();
        if (reservations.insertIfAbsent(Reservation.cancelledBeforePlaced(orderId, now))) {
            count("cancelled-before-placed");
            return;
        }
        var reservation = reservations.lock(orderId).orElseThrow();
        if (!reservation.release(now)) {
            count("nothing-to-release");
            return;
        }
        reservations.flush();
        publish(reservation);
        ledger.release(Demand.of(reservation.lines()));
        count("released");
    }

    private void publish(Reservation reservation) {
        var event = StockEvent.of(reservation);
        outbox.publish(OutboxEvent.of(STOCK, event.type(), event.orderId().toString(), event));
    }

    private void count(String outcome) {
        meters.counter("inventory.reservations", "outcome", outcome).increment();
    }
}

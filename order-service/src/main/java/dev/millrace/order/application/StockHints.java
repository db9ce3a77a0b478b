package dev.millrace.order.application;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Asks for the stock before an order is accepted, which does not wait for the answer: the saga decides, and a hint may
 * neither delay an order nor refuse one that might be served. Thread-safe.
 */
@ApplicationScoped
public class StockHints {

    private static final Logger LOG = Logger.getLogger(StockHints.class);

    private final Availability availability;
    private final MeterRegistry metrics;

    StockHints(Availability availability, MeterRegistry metrics) {
        this.availability = availability;
        this.metrics = metrics;
    }

    /**
     * Asks; never fails, and counts what comes of it. Outside of the caller's transaction: that would be carried to the
     * threads on which answers and time-outs arrive, and one that has other threads in it when it ends is rolled back.
     */
    @Transactional(Transactional.TxType.NOT_SUPPORTED)
    public StockHint ask(List<PlaceOrderCommand.Line> lines) {
        var hint = new StockHint();
        try {
            availability.of(lines).whenComplete((answer, failure) -> {
                hint.is(answer);
                count(failure == null ? hint.toString() : outcome(failure));
            });
        } catch (RuntimeException e) {
            count(outcome(e));
        }
        return hint;
    }

    private static String outcome(Throwable failure) {
        return switch (failure) {
            case TimeoutException late -> "late";
            case CircuitBreakerOpenException open -> "not-asked";
            default -> {
                LOG.debugf("The stock is not known: %s", failure);
                yield "failed";
            }
        };
    }

    private void count(String outcome) {
        metrics.counter("millrace.availability.questions", "outcome", outcome).increment();
    }
}

package dev.millrace.order.application;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Backpressure to the caller: says whether one more order may come in, from a measurement that is a fraction of a second
 * old and what this instance has let in since. Never waits, so it can be asked on an event loop. Thread-safe.
 */
@ApplicationScoped
public class Admission {

    private static final Logger LOG = Logger.getLogger(Admission.class);

    private final AdmissionRule rule;
    private final BacklogProbe probe;
    private final Duration interval;
    private final int maxAtOnce;
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicLong admittedSince = new AtomicLong();
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private final Counter refused;
    private volatile Backlog backlog = Backlog.NONE;

    Admission(OrderSettings settings, BacklogProbe probe, MeterRegistry metrics) {
        var admission = settings.admission();
        this.rule = new AdmissionRule(
                admission.maxWait(), admission.freePending(), admission.maxPending(), admission.maxUnpublished());
        this.probe = probe;
        this.interval = admission.interval();
        this.maxAtOnce = admission.maxAtOnce();
        this.refused = metrics.counter("millrace.orders.refused");
        metrics.gauge("millrace.orders.pending", this, self -> self.backlog.pending());
        metrics.gauge("millrace.orders.settled.per.second", this, self -> self.backlog.settledPerSecond());
        metrics.gauge("millrace.outbox.backlog", this, self -> self.backlog.unpublished());
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual().name("admission").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopSignal.countDown();
    }

    /**
     * Lets one order in, or not.
     *
     * @return empty: it is in, and {@link #leave} must be called when it is answered; else after how many seconds to
     *     come again
     */
    public OptionalInt enter() {
        if (atOnce.incrementAndGet() > maxAtOnce) {
            return refuse(OptionalInt.of(1));
        }
        Backlog measured = backlog;
        var refusal = rule.refusal(new Backlog(
                measured.pending() + admittedSince.get(), measured.settledPerSecond(), measured.unpublished()));
        if (refusal.isPresent()) {
            return refuse(refusal);
        }
        admittedSince.incrementAndGet();
        return refusal;
    }

    /** An order that was let in has been answered. */
    public void leave() {
        atOnce.decrementAndGet();
    }

    private OptionalInt refuse(OptionalInt seconds) {
        atOnce.decrementAndGet();
        refused.increment();
        return seconds;
    }

    private void run() {
        try {
            do {
                measure();
            } while (!stopSignal.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void measure() {
        long before = admittedSince.get();
        try {
            backlog = probe.measure(rule);
            // Those that came in while it was measured may be counted twice until the next time: to the safe side.
            admittedSince.addAndGet(-before);
        } catch (SQLException | RuntimeException e) {
            // Orders fail by themselves without the database; the last measurement stands.
            LOG.debugf("The backlog cannot be measured: %s", e.getMessage());
        }
    }
}

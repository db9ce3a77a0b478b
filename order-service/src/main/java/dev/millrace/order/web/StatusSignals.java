package dev.millrace.order.web;

import dev.millrace.order.application.OrderChanged;
import dev.millrace.order.application.OrderNotice;
import dev.millrace.order.application.OrderSettings;
import dev.millrace.order.domain.StatusChange;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes the open event streams of an order right after a change of it was committed, here or, as a notice tells,
 * in another instance. A signal from here brings the change along, one from elsewhere does not. Signals may coincide or
 * get lost without harm: a stream knows by the revision whether it has missed a change, and reads it. What was missed is
 * found at the next heartbeat. Thread-safe.
 */
@ApplicationScoped
class StatusSignals {

    /**
     * Look at the order.
     *
     * @param change what is new, or null if that is to be read
     */
    record Signal(StatusChange change) {
        static final Signal LOOK = new Signal(null);
    }

    private final Map<UUID, Set<MultiEmitter<? super Signal>>> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final int max;

    StatusSignals(OrderSettings settings, MeterRegistry metrics) {
        this.max = settings.eventStreams().max();
        metrics.gauge("millrace.orders.event.streams", open);
    }

    void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) OrderChanged change) {
        signal(change.change().orderId(), new Signal(change.change()));
    }

    void noticed(@Observes OrderNotice notice) {
        if (notice.orderId() == null) {
            listeners.keySet().forEach(order -> signal(order, Signal.LOOK));
        } else {
            signal(notice.orderId(), Signal.LOOK);
        }
    }

    private void signal(UUID orderId, Signal signal) {
        listeners.getOrDefault(orderId, Set.of()).forEach(listener -> listener.emit(signal));
    }

    /** Signals for one order, the first one at once. A slow stream misses signals but never the last one. */
    Multi<Signal> of(UUID orderId) {
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            add(orderId, emitter);
                            emitter.onTermination(() -> remove(orderId, emitter));
                            emitter.emit(Signal.LOOK);
                        },
                        BackPressureStrategy.LATEST);
    }

    /** Refuses if no more streams may be opened now. */
    void requireRoom() {
        if (open.get() >= max) {
            throw new TooManyStreamsException(max);
        }
    }

    private void add(UUID orderId, MultiEmitter<? super Signal> emitter) {
        open.incrementAndGet();
        listeners.compute(orderId, (id, known) -> {
            Set<MultiEmitter<? super Signal>> set = known == null ? ConcurrentHashMap.newKeySet() : known;
            set.add(emitter);
            return set;
        });
    }

    private void remove(UUID orderId, MultiEmitter<? super Signal> emitter) {
        open.decrementAndGet();
        listeners.computeIfPresent(orderId, (id, known) -> {
            known.remove(emitter);
            return known.isEmpty() ? null : known;
        });
    }
}

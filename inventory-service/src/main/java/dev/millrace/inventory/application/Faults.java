package dev.millrace.inventory.application;

import dev.millrace.messaging.PermanentFailure;
import dev.millrace.messaging.TransientFailure;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Failures on purpose, to show what becomes of an event that cannot be handled. In this process's memory alone: a restart
 * switches all of them off, another instance has its own. Thread-safe.
 */
@ApplicationScoped
public class Faults {

    /** Enough for a demonstration; a bound, since callers choose the keys. */
    public static final int MAX_FAULTS = 100;

    private static final Logger LOG = Logger.getLogger(Faults.class);

    private final Map<String, Fault> bySku = new ConcurrentHashMap<>();

    Faults(MeterRegistry meters) {
        meters.gaugeMapSize("inventory.faults", Tags.empty(), bySku);
    }

    /** Those that are switched on, in the order of their skus. */
    public List<Fault> list() {
        return bySku.values().stream().sorted(Comparator.comparing(Fault::sku)).toList();
    }

    /**
     * From now on no order of this product is handled.
     *
     * @throws TooManyFaultsException if {@value #MAX_FAULTS} others are switched on
     */
    public synchronized void switchOn(Fault fault) {
        if (bySku.size() >= MAX_FAULTS && !bySku.containsKey(fault.sku())) {
            throw new TooManyFaultsException();
        }
        bySku.put(fault.sku(), fault);
        LOG.warnf("Orders of %s fail from now on: %s, %s", fault.sku(), fault.kind(), fault.message());
    }

    /** Orders of this product are handled again. */
    public synchronized void switchOff(String sku) {
        if (bySku.remove(sku) != null) {
            LOG.warnf("Orders of %s do not fail any more", sku);
        }
    }

    /**
     * Fails if one of these products is to fail.
     *
     * @throws PermanentFailure or {@link TransientFailure}, as the fault says
     */
    public void check(Collection<String> skus) {
        if (bySku.isEmpty()) {
            return;
        }
        for (String sku : skus) {
            Fault fault = bySku.get(sku);
            if (fault != null) {
                throw failure(fault);
            }
        }
    }

    private static RuntimeException failure(Fault fault) {
        return switch (fault.kind()) {
            case PERMANENT -> new PermanentFailure(fault.message());
            case TRANSIENT -> new TransientFailure(fault.message());
        };
    }
}

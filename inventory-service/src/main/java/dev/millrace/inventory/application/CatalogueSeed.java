package dev.millrace.inventory.application;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * A small catalogue, so that a new system has something to sell. Products that are there already are left alone: every
 * start may run it, also two instances at once (both go through the skus in the same order, so neither waits for the
 * other in a circle).
 */
@ApplicationScoped
class CatalogueSeed {

    private static final Logger LOG = Logger.getLogger(CatalogueSeed.class);

    /** In sku order. {@code last-one} is the product that two orders fight for. */
    static final List<ProductEntry> PRODUCTS = List.of(
            entry("cappuccino-cup", "Cappuccino cup, 180 ml", "7.90", 2_500),
            entry("coffee-beans-1kg", "Coffee beans, whole, 1 kg", "18.50", 5_000),
            entry("coffee-filter-100", "Paper filters, 100 pieces", "3.20", 8_000),
            entry("descaler", "Descaler, 500 ml", "9.95", 1_200),
            entry("espresso-cup", "Espresso cup, 60 ml", "5.50", 100_000),
            entry("espresso-machine", "Espresso machine, two boilers", "1249.00", 40),
            entry("hand-grinder", "Hand grinder, steel burr", "89.00", 300),
            entry("last-one", "The last one", "99.00", 1),
            entry("milk-jug", "Milk jug, 350 ml", "14.90", 900),
            entry("tamper-58", "Tamper, 58 mm", "24.00", 600));

    private final Catalogue catalogue;
    private final boolean enabled;

    CatalogueSeed(Catalogue catalogue, @ConfigProperty(name = "inventory.seed.enabled") boolean enabled) {
        this.catalogue = catalogue;
        this.enabled = enabled;
    }

    /** Before the channels open (they do so with LIBRARY_BEFORE), so that no order meets an empty catalogue. */
    @Transactional
    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!enabled) {
            return;
        }
        long added = PRODUCTS.stream().filter(catalogue::addIfAbsent).count();
        if (added > 0) {
            LOG.infof("catalogue seeded with %d products", added);
        }
    }

    private static ProductEntry entry(String sku, String name, String unitPrice, long onHand) {
        return new ProductEntry(sku, name, new BigDecimal(unitPrice), "EUR", onHand);
    }
}

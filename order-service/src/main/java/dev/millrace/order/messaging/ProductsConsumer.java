package dev.millrace.order.messaging;

import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import dev.millrace.order.application.Catalogue;
import dev.millrace.order.domain.Product;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Feeds the copy of the catalogue. Not through the inbox: the product's version makes it idempotent, and a replay of the
 * topic must be able to rebuild an empty copy from events that were consumed before.
 */
@ApplicationScoped
class ProductsConsumer {

    private static final String CONSUMER = "products";

    private final Inbox inbox;
    private final Catalogue catalogue;

    ProductsConsumer(Inbox inbox, Catalogue catalogue) {
        this.inbox = inbox;
        this.catalogue = catalogue;
    }

    @Incoming("products")
    @RunOnVirtualThread
    @Blocking("products-worker")
    void consume(InboundEvent event) {
        if (event.type().equals("product.changed")) {
            catalogue.apply(event.dataAs(ProductChanged.class).product());
        } else {
            inbox.ignore(CONSUMER, event);
        }
    }

    record ProductChanged(String sku, String name, BigDecimal unitPrice, String currency, Long version) {
        ProductChanged {
            Fields.require(sku, "sku");
            Fields.require(name, "name");
            Fields.require(unitPrice, "unitPrice");
            Fields.require(currency, "currency");
            Fields.require(version, "version");
            if (unitPrice.signum() < 0) {
                throw new IllegalArgumentException("unitPrice is negative: " + unitPrice);
            }
        }

        Product product() {
            return new Product(sku, name, unitPrice, currency, version);
        }
    }
}

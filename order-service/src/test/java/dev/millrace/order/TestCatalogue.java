package dev.millrace.order;

import dev.millrace.order.application.Catalogue;
import dev.millrace.order.domain.Product;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.math.BigDecimal;

/** Products that all tests may order. */
@ApplicationScoped
public class TestCatalogue {

    void fill(@Observes StartupEvent started, Catalogue catalogue) {
        catalogue.apply(new Product(Requests.CUP, "Test cup", new BigDecimal("4.90"), "EUR", 1));
        catalogue.apply(new Product("test-pot", "Test pot", new BigDecimal("19.00"), "EUR", 1));
        catalogue.apply(new Product("test-dollar-pot", "Pot from afar", new BigDecimal("21"), "USD", 1));
    }
}

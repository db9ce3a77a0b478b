package dev.millrace.order.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.domain.Product;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class CatalogueTest {

    @Inject
    Catalogue catalogue;

    private final String sku = UUID.randomUUID().toString();

    @Test
    void onlyANewerVersionIsNews() {
        assertTrue(catalogue.apply(product("first", 3)));
        assertFalse(catalogue.apply(product("the same again", 3)));
        assertFalse(catalogue.apply(product("an older one, late", 2)));
        assertEquals("first", name());

        assertTrue(catalogue.apply(product("newer", 7)));
        assertEquals("newer", name());
    }

    private String name() {
        return QuarkusTransaction.requiringNew()
                .call(() -> catalogue.findById(sku).name());
    }

    private Product product(String name, long version) {
        return new Product(sku, name, new BigDecimal("1.00"), "EUR", version);
    }
}

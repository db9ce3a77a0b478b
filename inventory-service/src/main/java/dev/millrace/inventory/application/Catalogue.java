package dev.millrace.inventory.application;

import dev.millrace.inventory.domain.Product;
import dev.millrace.inventory.domain.ProductChanged;
import dev.millrace.inventory.domain.Sku;
import dev.millrace.inventory.domain.StockConflictException;
import dev.millrace.messaging.Outbox;
import dev.millrace.messaging.OutboxEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/**
 * The products: what there is, at which price, and how many of it. A change of an entry and the {@code product.changed}
 * that tells of it commit together.
 */
@ApplicationScoped
public class Catalogue {

    private static final String PRODUCTS = "products";

    private final ProductStore products;
    private final Outbox outbox;

    Catalogue(ProductStore products, Outbox outbox) {
        this.products = products;
        this.outbox = outbox;
    }

    /** All products in the order of their skus. */
    @Transactional
    public List<Product> list() {
        return products.listBySku();
    }

    @Transactional
    public Optional<Product> find(String sku) {
        return products.findBySku(sku);
    }

    /**
     * Creates the product, or changes it if there is one.
     *
     * @throws StockConflictException if fewer units than are reserved would be left
     */
    @Transactional
    public PutResult put(ProductEntry entry) {
        if (addIfAbsent(entry)) {
            return new PutResult(true, existing(entry.sku()));
        }
        var product = products.lock(entry.sku()).orElseThrow(() -> new ProductUnknownException(entry.sku()));
        product.change(entry.name(), entry.unitPrice(), entry.currency(), entry.onHand());
        publish(product);
        return new PutResult(false, product);
    }

    /** Creates the product unless there is one with its sku, which is then left as it is; true if it was created. */
    @Transactional
    public boolean addIfAbsent(ProductEntry entry) {
        long onHand = entry.onHand() == null ? 0 : entry.onHand();
        var product = new Product(entry.sku(), entry.name(), entry.unitPrice(), entry.currency(), onHand);
        if (!products.insertIfAbsent(product)) {
            return false;
        }
        publish(product);
        return true;
    }

    /**
     * Adds units (delta above 0) or takes them away (below 0).
     *
     * @throws ProductUnknownException if there is no such product
     * @throws StockConflictException if the result were below what is reserved or above {@link Product#MAX_ON_HAND}
     */
    @Transactional
    public Product addStock(String sku, long delta) {
        boolean added = Sku.isValid(sku) && products.addStock(sku, delta);
        var product = existing(sku);
        if (!added) {
            throw new StockConflictException(
                    sku,
                    "onHand %d %+d must stay within %d (reserved) and %d"
                            .formatted(product.onHand(), delta, product.reserved(), Product.MAX_ON_HAND));
        }
        return product;
    }

    private Product existing(String sku) {
        return products.findBySku(sku).orElseThrow(() -> new ProductUnknownException(sku));
    }

    private void publish(Product product) {
        outbox.publish(OutboxEvent.of(PRODUCTS, ProductChanged.TYPE, product.sku(), ProductChanged.of(product)));
    }

    /** What a put did. */
    public record PutResult(boolean created, Product product) {}
}

package dev.millrace.inventory.application;

import dev.millrace.inventory.domain.Product;
import dev.millrace.inventory.domain.Sku;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;

/** The products' rows. Every method runs in the caller's transaction. */
@ApplicationScoped
class ProductStore implements PanacheRepositoryBase<Product, String> {

    List<Product> listBySku() {
        return listAll(Sort.by("sku"));
    }

    /** The product; none, without asking the database, for what cannot be a sku. */
    Optional<Product> findBySku(String sku) {
        return Sku.isValid(sku) ? findByIdOptional(sku) : Optional.empty();
    }

    /** The product, kept from changing until the transaction ends. */
    Optional<Product> lock(String sku) {
        return findByIdOptional(sku, LockModeType.PESSIMISTIC_WRITE);
    }

    /** Stores a product unless there is one with its sku; of two callers at once exactly one gets true. */
    boolean insertIfAbsent(Product product) {
        return getEntityManager()
                        .createQuery("""
                                insert into Product (sku, name, unitPrice, currency, onHand, reserved, version)
                                values (:sku, :name, :unitPrice, :currency, :onHand, :reserved, :version)
                                on conflict do nothing""")
                        .setParameter("sku", product.sku())
                        .setParameter("name", product.name())
                        .setParameter("unitPrice", product.unitPrice())
                        .setParameter("currency", product.currency())
                        .setParameter("onHand", product.onHand())
                        .setParameter("reserved", product.reserved())
                        .setParameter("version", product.version())
                        .executeUpdate()
                == 1;
    }

    /** Adds to the stock if the result stays within reserved..MAX_ON_HAND; false if it does not (or no such product). */
    boolean addStock(String sku, long delta) {
        return update(
                        "onHand = onHand + ?1 where sku = ?2 and onHand + ?1 between reserved and ?3",
                        delta,
                        sku,
                        Product.MAX_ON_HAND)
                == 1;
    }
}

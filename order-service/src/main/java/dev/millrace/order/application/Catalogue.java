package dev.millrace.order.application;

import dev.millrace.order.application.UnorderableException.LineError;
import dev.millrace.order.domain.OrderLine;
import dev.millrace.order.domain.Product;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * This service's own copy of the products: orders are accepted whether inventory-service runs or not. The copy can be
 * rebuilt at any time by replaying the topic {@code products} from its start.
 */
@ApplicationScoped
public class Catalogue implements PanacheRepositoryBase<Product, String> {

    // Plain JDBC: a list of changing length would be translated anew from the query language for each order.
    private static final String PRODUCTS =
            "select sku, name, unit_price, currency, version from product_copy where sku = any (?)";

    private final DataSource dataSource;

    Catalogue(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Lines with the names and prices of this moment. */
    record PricedLines(List<OrderLine> lines, String currency) {}

    /**
     * Takes over a product, unless a newer version of it is known. That, and not the inbox, makes it idempotent: a
     * replay of the topic delivers the very same events again, and then they must have their effect again.
     *
     * @return whether it was news
     */
    @Transactional
    public boolean apply(Product product) {
        return getEntityManager()
                        .createNativeQuery("""
                                insert into product_copy as known (sku, name, unit_price, currency, version)
                                values (?1, ?2, ?3, ?4, ?5)
                                on conflict (sku) do update
                                set name = excluded.name, unit_price = excluded.unit_price,
                                    currency = excluded.currency, version = excluded.version
                                where known.version < excluded.version
                                """)
                        .setParameter(1, product.sku())
                        .setParameter(2, product.name())
                        .setParameter(3, product.unitPrice())
                        .setParameter(4, product.currency())
                        .setParameter(5, product.version())
                        .executeUpdate()
                == 1;
    }

    /** Whether no product is known yet, so that no order can be accepted. */
    @Transactional
    public boolean isEmpty() {
        return (Boolean) getEntityManager()
                .createNativeQuery("select not exists (select from product_copy)", Boolean.class)
                .getSingleResult();
    }

    /** Names and prices for these lines. */
    PricedLines price(List<PlaceOrderCommand.Line> lines) {
        var products = products(lines);
        String currency = null;
        var priced = new ArrayList<OrderLine>();
        var errors = new ArrayList<LineError>();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var product = products.get(line.sku());
            if (product == null) {
                errors.add(new LineError(i, "there is no product " + line.sku()));
            } else if (currency != null && !currency.equals(product.currency())) {
                errors.add(new LineError(i, "is sold in " + product.currency() + ", the lines before in " + currency));
            } else {
                currency = product.currency();
                priced.add(new OrderLine(line.sku(), product.name(), product.unitPrice(), line.quantity()));
            }
        }
        if (!errors.isEmpty()) {
            throw new UnorderableException(errors);
        }
        return new PricedLines(priced, currency);
    }

    private Map<String, Product> products(List<PlaceOrderCommand.Line> lines) {
        var skus = lines.stream().map(PlaceOrderCommand.Line::sku).distinct().toList();
        var products = new HashMap<String, Product>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(PRODUCTS)) {
            query.setArray(1, connection.createArrayOf("text", skus.toArray()));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    var product = new Product(
                            rows.getString("sku"),
                            rows.getString("name"),
                            rows.getBigDecimal("unit_price"),
                            rows.getString("currency"),
                            rows.getLong("version"));
                    products.put(product.sku(), product);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the catalogue cannot be read: " + e.getMessage(), e);
        }
        return products;
    }
}

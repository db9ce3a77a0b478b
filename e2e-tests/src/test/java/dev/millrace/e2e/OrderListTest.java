package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code GET /orders}. */
@EndToEndTest
class OrderListTest {
    private final Millrace system;

    OrderListTest(Millrace system) {
        this.system = system;
    }

    @Test
    void theNewestComeFirstPageByPage() {
        String sku = system.inventory().newProduct("3.00", 100);
        List<String> ids = IntStream.range(0, 4)
                .mapToObj(i ->
                        system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1)))
                .toList();
        assertEquals(List.of(ids.get(3), ids.get(2)), list("?limit=2"));
        assertEquals(List.of(ids.get(1), ids.get(0)), list("?limit=2&before=" + ids.get(2)));
    }

    @Test
    void aStatusSelects() {
        String sku = system.inventory().newProduct("3.00", 1);
        String confirmed = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
        system.orders().awaitStatus(confirmed, "CONFIRMED");
        String rejected = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
        system.orders().awaitStatus(rejected, "REJECTED");
        assertEquals(rejected, list("?status=REJECTED&limit=1").getFirst());
        assertEquals(confirmed, list("?status=CONFIRMED&limit=1").getFirst());
        assertTrue(
                list("?status=CONFIRMED").stream().noneMatch(rejected::equals), "a rejected one among the confirmed");
    }

    private List<String> list(String query) {
        return system.orders().list(query).expect(200).items().stream()
                .map(order -> order.path("id").asText())
                .toList();
    }
}

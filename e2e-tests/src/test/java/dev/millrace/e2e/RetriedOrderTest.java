package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A client that does not know whether its order arrived sends it again with the same key. */
@EndToEndTest
class RetriedOrderTest {
    private static final int CONCURRENT_RETRIES = 12;

    private final Millrace system;

    RetriedOrderTest(Millrace system) {
        this.system = system;
    }

    @Test
    void theSameKeyAndBodyGiveTheSameOrder() {
        String sku = system.inventory().newProduct("2.50", 20);
        var request = OrderRequest.byNewCustomer().line(sku, 2);
        String key = UUID.randomUUID().toString();
        JsonNode first = system.orders().place(key, request).expect(201).body();
        JsonNode again = system.orders().place(key, request).expect(201).body();
        assertEquals(first.path("id"), again.path("id"));

        system.orders().awaitStatus(first.path("id").asText(), "CONFIRMED");
        var late = system.orders().place(key, request).expect(201);
        assertEquals(first.path("id"), late.body().path("id"));
        assertEquals(new Stock(20, 2, 18), system.inventory().stock(sku));
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefusedAndChangesNothing() {
        String sku = system.inventory().newProduct("2.50", 20);
        var request = OrderRequest.byNewCustomer().line(sku, 2);
        String key = UUID.randomUUID().toString();
        JsonNode first = system.orders().place(key, request).expect(201).body();

        Answer other =
                system.orders().place(key, OrderRequest.by(request.email()).line(sku, 3));
        Problems.assertProblem(422, other);

        JsonNode confirmed = system.orders().awaitStatus(first.path("id").asText(), "CONFIRMED");
        assertEquals(2, confirmed.path("lines").path(0).path("quantity").asInt());
        assertEquals(new Stock(20, 2, 18), system.inventory().stock(sku));
    }

    @Test
    void retriesAtTheSameMomentMakeOneOrder() throws Exception {
        String sku = system.inventory().newProduct("2.50", 20);
        var request = OrderRequest.byNewCustomer().line(sku, 1);
        String key = UUID.randomUUID().toString();
        Set<String> ids = new HashSet<>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var retries = new ArrayList<Callable<Answer>>();
            for (int i = 0; i < CONCURRENT_RETRIES; i++) {
                retries.add(() -> system.orders().place(key, request));
            }
            for (Future<Answer> answer : clients.invokeAll(retries)) {
                ids.add(answer.get().expect(201).body().path("id").asText());
            }
        }
        assertEquals(1, ids.size(), () -> "orders made with one key: " + ids);
        system.orders().awaitStatus(ids.iterator().next(), "CONFIRMED");
        assertEquals(new Stock(20, 1, 19), system.inventory().stock(sku));
    }

    @Test
    void aKeyOfARefusedOrderCanBeUsedForTheCorrectedOne() {
        String sku = system.inventory().newProduct("2.50", 20);
        String key = UUID.randomUUID().toString();
        Problems.assertProblem(
                400, system.orders().place(key, OrderRequest.byNewCustomer().line(sku, 0)));
        system.orders().place(key, OrderRequest.byNewCustomer().line(sku, 1)).expect(201);
    }
}

package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** More is ordered than there is. */
@EndToEndTest
class OutOfStockTest {
    private final Millrace system;

    OutOfStockTest(Millrace system) {
        this.system = system;
    }

    @Test
    void ofTwoOrdersForTheLastOneExactlyOneWins() throws Exception {
        assertEquals(new Stock(1, 0, 1), system.inventory().stock("last-one"), "before");
        var requests = List.of(
                OrderRequest.byNewCustomer().line("last-one", 1),
                OrderRequest.byNewCustomer().line("last-one", 1));
        List<String> ids = atOnce(requests);

        List<JsonNode> settled = ids.stream()
                .map(system.orders()::awaitSettled)
                .sorted(Comparator.comparing(order -> order.path("status").asText()))
                .toList();
        JsonNode winner = settled.getFirst();
        JsonNode loser = settled.getLast();
        assertEquals("CONFIRMED", winner.path("status").asText(), () -> "winner among " + settled);
        assertEquals("REJECTED", loser.path("status").asText(), () -> "loser among " + settled);
        assertEquals("OUT_OF_STOCK", loser.path("reason").asText());
        assertEquals(new Stock(1, 1, 0), system.inventory().stock("last-one"), "afterwards");

        told(winner, "ORDER_CONFIRMED");
        told(loser, "ORDER_REJECTED");

        // So that the next run finds the last one again.
        system.orders().cancel(winner.path("id").asText()).expect(202);
        system.inventory().awaitStock("last-one", new Stock(1, 0, 1));
    }

    @Test
    void anOrderGetsAllOfItsLinesOrNone() {
        String plenty = system.inventory().newProduct("1.00", 100);
        String scarce = system.inventory().newProduct("1.00", 4);
        String id = system.orders()
                .placedId(OrderRequest.byNewCustomer().line(plenty, 10).line(scarce, 5));
        JsonNode order = system.orders().awaitSettled(id);
        assertEquals("REJECTED", order.path("status").asText());
        assertEquals("OUT_OF_STOCK", order.path("reason").asText());
        assertEquals(new Stock(100, 0, 100), system.inventory().stock(plenty));
        assertEquals(new Stock(4, 0, 4), system.inventory().stock(scarce));
    }

    private void told(JsonNode order, String kind) {
        String email = order.path("customer").path("email").asText();
        system.notifications().awaitSent(order.path("id").asText(), kind);
        assertEquals(1, system.mailbox().awaitMails(email, 1).size(), "mails to " + email);
    }

    private List<String> atOnce(List<OrderRequest> requests) throws InterruptedException, ExecutionException {
        var ids = new ArrayList<String>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var placed = new ArrayList<Callable<String>>();
            requests.forEach(request -> placed.add(() -> system.orders().placedId(request)));
            for (Future<String> id : clients.invokeAll(placed)) {
                ids.add(id.get());
            }
        }
        return ids;
    }
}

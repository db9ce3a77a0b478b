package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Instance;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A second relay stands by for the slots of the first. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 25)
class RelayTakeOverTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Millrace system;

    RelayTakeOverTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    @Test
    void theSecondRelayTakesOverWithinTenSecondsAfterTheFirstWasKilled() {
        system.requireOwnStack();
        String sku = system.inventory().newProduct("2.00", 100);
        try (Instance second = system.another(Part.RELAY, 2)) {
            var standby = new RelayClient(second.http());
            assertEquals(Set.of("WAITING_FOR_SLOT"), states(standby), "it is ready, and stands by");

            long killed = System.nanoTime();
            system.kill(Part.RELAY);
            List<String> ids = List.of(placed(sku), placed(sku), placed(sku));
            await("the second relay runs all sources").atMost(LIMIT).until(() -> states(standby)
                    .equals(Set.of("RUNNING")));
            System.out.printf("take-over after %.1f s%n", (System.nanoTime() - killed) / 1e9);
            ids.forEach(id -> system.orders().awaitStatus(id, "CONFIRMED"));

            system.start(Part.RELAY);
            assertEquals(Set.of("WAITING_FOR_SLOT"), states(system.relay()), "the first one stands by now");
        }
        system.orders().awaitStatus(placed(sku), "CONFIRMED");
    }

    private String placed(String sku) {
        return system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
    }

    private static Set<String> states(RelayClient relay) {
        List<JsonNode> sources = relay.sources().expect(200).items();
        return sources.stream().map(source -> source.path("state").asText()).collect(Collectors.toSet());
    }
}

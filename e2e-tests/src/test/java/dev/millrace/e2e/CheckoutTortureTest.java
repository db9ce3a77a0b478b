package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * SIGKILL of one or two parts at a time, again and again, under 50 orders a second. {@code -DE2E_CHECKOUT_CYCLES=…} for
 * more, as {@code ./millrace torture --checkout --cycles N} does.
 */
@EndToEndTest
@Order(Integer.MAX_VALUE - 10)
class CheckoutTortureTest {
    private static final int CYCLES = Integer.getInteger("E2E_CHECKOUT_CYCLES", 3);
    private static final int ORDERS_PER_CYCLE = 250;
    private static final int ORDERS_PER_SECOND = 50;
    private static final Duration CYCLE_LIMIT = Duration.ofMinutes(2);
    /** What the mailbox has captured dies with it, and it is the only part of which that may be said. */
    private static final List<Part> VICTIMS =
            List.of(Part.POSTGRES, Part.BROKER, Part.RELAY, Part.ORDER, Part.INVENTORY, Part.NOTIFICATION);

    private final Millrace system;

    CheckoutTortureTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    @Test
    void nothingIsLostOrDoubledHoweverPartsAreKilled() throws Exception {
        system.requireFaults();
        Seed seed = Seed.next();
        int orders = (CYCLES + 1) * ORDERS_PER_CYCLE;
        long units = orders; // about half of what is wanted
        String sku = system.inventory().newProduct("5.55", units);
        var load = new OrderLoad(system, seed, sku, orders, ORDERS_PER_SECOND);

        OrderLedger ledger = load.run(ORDERS_PER_CYCLE / 2, () -> {
            for (int cycle = 1; cycle <= CYCLES; cycle++) {
                killSome(seed, cycle);
                int accepted = cycle * ORDERS_PER_CYCLE;
                await("%d orders are accepted; %s".formatted(accepted, seed))
                        .atMost(CYCLE_LIMIT)
                        .until(() -> load.accepted() >= accepted);
            }
        });

        assertEquals(orders, ledger.size(), () -> "accepted orders; " + seed);
        new Reconciliation(system, seed, ledger, load.customers()).check(sku, units);
    }

    private void killSome(Seed seed, int cycle) {
        var random = new Random(seed.value() + cycle);
        var parts = new ArrayList<>(VICTIMS);
        Collections.shuffle(parts, random);
        List<Part> victims = parts.subList(0, 1 + random.nextInt(2));
        System.out.printf("cycle %d of %d: SIGKILL of %s%n", cycle, CYCLES, victims);
        victims.forEach(system::kill);
        // In the order of their needs: a start waits until the part is ready.
        victims.stream().sorted().forEach(system::start);
        system.awaitReady();
    }
}

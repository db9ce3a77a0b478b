package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGKILL in the middle of many orders: nothing accepted is lost, nothing is done twice. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 20)
class KillUnderLoadTest {
    private static final int ORDERS = 200;

    /** Fewer than are wanted (about 400), so that the last ones are fought for. */
    private static final long UNITS = 330;

    private final Millrace system;

    KillUnderLoadTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void everyAcceptedOrderIsSettledAndEverythingAddsUp(Part victim) throws Exception {
        system.requireFaults();
        Seed seed = Seed.next();
        String sku = system.inventory().newProduct("7.77", UNITS);
        var load = new OrderLoad(system, seed, sku, ORDERS);
        int after = seed.random().nextInt(ORDERS / 4, ORDERS * 3 / 4);

        OrderLedger ledger = load.run(after, () -> {
            system.kill(victim);
            system.start(victim);
        });

        assertEquals(ORDERS, ledger.size(), () -> "accepted orders; " + seed);
        var reconciliation = new Reconciliation(system, seed, ledger, load.customers());
        if (victim == Part.MAIL) {
            reconciliation.checkWithoutMails(sku, UNITS); // what it had captured died with it
        } else {
            reconciliation.check(sku, UNITS);
        }
        assertTrue(
                reconciliation.byStatus().getOrDefault("CONFIRMED", 0L) > ORDERS / 4,
                () -> "hardly any order was confirmed: " + reconciliation.summary());
    }
}

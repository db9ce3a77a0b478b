package dev.millrace.inventory.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.messaging.PermanentFailure;
import dev.millrace.messaging.TransientFailure;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Faults faults = new Faults(meters);

    @Test
    void onlyOrdersWithSuchAProductFailAndAsTheFaultSays() {
        var cup = new Fault("cup", Fault.Kind.PERMANENT, "the shelf has collapsed");
        faults.switchOn(cup);
        faults.switchOn(new Fault("tea", Fault.Kind.TRANSIENT, "the door is stuck"));

        faults.check(Set.of("jug", "pot"));
        var permanent = assertThrows(PermanentFailure.class, () -> faults.check(List.of("jug", "cup")));
        assertEquals("the shelf has collapsed", permanent.getMessage());
        var passing = assertThrows(TransientFailure.class, () -> faults.check(Set.of("tea")));
        assertEquals("the door is stuck", passing.getMessage());
        assertEquals(2, meters.get("inventory.faults").gauge().value());

        faults.switchOff("tea");
        faults.switchOff("never-on");
        faults.check(Set.of("tea"));
        assertEquals(List.of(cup), faults.list());
    }

    @Test
    void thereIsABound() {
        for (int i = 0; i < Faults.MAX_FAULTS; i++) {
            faults.switchOn(new Fault("sku-" + i, Fault.Kind.PERMANENT, "no"));
        }
        faults.switchOn(new Fault("sku-0", Fault.Kind.TRANSIENT, "changed"));

        var oneMore = new Fault("one-more", Fault.Kind.PERMANENT, "no");
        assertThrows(TooManyFaultsException.class, () -> faults.switchOn(oneMore));
        assertEquals(Faults.MAX_FAULTS, faults.list().size());
    }
}

package dev.millrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.process.StartFailure;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void takesTheDefaultsThatThePublicInterfaceNames() {
        Ports ports = Ports.from(Map.of());
        assertEquals(5672, ports.number(Port.BROKER_AMQP));
        assertEquals(8080, ports.number(Port.BROKER_HTTP));
        assertEquals(8081, ports.number(Port.ORDER_HTTP));
        assertEquals(8082, ports.number(Port.INVENTORY_HTTP));
        assertEquals(8083, ports.number(Port.NOTIFICATION_HTTP));
        assertEquals(8084, ports.number(Port.RELAY_HTTP));
        assertEquals(5433, ports.number(Port.POSTGRES));
        assertEquals(1025, ports.number(Port.SMTP));
        assertEquals(8025, ports.number(Port.MAILBOX_HTTP));
    }

    @Test
    void takesNumbersFromTheEnvironmentAndHandsThemOn() {
        Ports ports = Ports.from(Map.of("ORDER_HTTP_PORT", "9081"));
        assertEquals(9081, ports.number(Port.ORDER_HTTP));
        assertEquals("9081", ports.toEnvironment().get("ORDER_HTTP_PORT"));
        assertEquals("5672", ports.toEnvironment().get("BROKER_AMQP_PORT"));
    }

    @Test
    void refusesWhatIsNoPortNumber() {
        for (String wrong : new String[] {"http", "0", "65536", "-1"}) {
            var failure = assertThrows(StartFailure.class, () -> Ports.from(Map.of("SMTP_PORT", wrong)));
            assertTrue(failure.getMessage().startsWith("SMTP_PORT is \"" + wrong + "\""), failure.getMessage());
        }
    }

    @Test
    void refusesTheSameNumberTwice() {
        var failure = assertThrows(StartFailure.class, () -> Ports.from(Map.of("ORDER_HTTP_PORT", "8080")));
        assertEquals(
                "BROKER_HTTP_PORT and ORDER_HTTP_PORT are both 8080: give one of them another number.",
                failure.getMessage());
    }

    @Test
    void findsDifferentFreePorts() {
        Ports ports = Ports.free();
        var numbers = new HashSet<Integer>();
        for (Port port : Port.values()) {
            numbers.add(ports.number(port));
        }
        assertEquals(Port.values().length, numbers.size());
    }
}

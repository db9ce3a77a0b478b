package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** At most once: telemetry that may be lost. */
@EndToEndTest
class HeartbeatTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Set<String> SERVICES = Set.of("/order-service", "/inventory-service", "/notification-service");

    private final Millrace system;

    HeartbeatTest(Millrace system) {
        this.system = system;
    }

    @Test
    void everyServiceTellsThatItLivesAndNoneTwiceTheSame() {
        try (var client = system.amqp()) {
            var receiver = client.receiver("heartbeats", 100);
            var sources = new HashSet<String>();
            var ids = new HashSet<String>();
            Instant end = Instant.now().plus(LIMIT);
            while (!sources.equals(SERVICES) && Instant.now().isBefore(end)) {
                var delivery = receiver.poll(Duration.ofSeconds(1));
                if (delivery.isPresent()) {
                    AmqpDelivery heartbeat = delivery.get();
                    heartbeat.accept();
                    assertTrue(ids.add(heartbeat.id()), "twice: " + heartbeat.id());
                    assertEquals("service.heartbeat", Messages.attribute(heartbeat.message(), "type"));
                    sources.add(Messages.attribute(heartbeat.message(), "source"));
                }
            }
            assertEquals(SERVICES, sources);
        }
    }
}

package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health check through a broker's life: ready, or why it is not. */
class BrokerReadinessTest {

    @TempDir
    Path directory;

    private static void assertDown(String reason, HealthCheckResponse response) {
        assertEquals(HealthCheckResponse.Status.DOWN, response.getStatus());
        assertEquals(Map.of("reason", reason), response.getData().orElseThrow());
    }

    @Test
    void itSaysWhyItIsNotReady() throws Exception {
        BrokerConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(BrokerConfig.class)
                .withDefaultValue("broker.data-dir", directory.toString())
                .withDefaultValue("broker.amqp.port", "0")
                .withDefaultValue("broker.log.segment-bytes", "4194304")
                .withDefaultValue("broker.log.low-water-bytes", "0")
                .withDefaultValue("broker.history.max-bytes", "0")
                .build()
                .getConfigMapping(BrokerConfig.class);
        Vertx vertx = Vertx.vertx();
        BrokerApplication broker = new BrokerApplication(config, vertx);
        BrokerReadiness readiness = new BrokerReadiness(broker);
        try {
            assertDown("starting: the log is being recovered", readiness.call());
            broker.start(null);
            HealthCheckResponse ready = readiness.call();
            int port = broker.server().port();
            broker.stop(null);
            assertEquals(HealthCheckResponse.Status.UP, ready.getStatus());
            Map<String, Object> told = ready.getData().orElseThrow();
            assertEquals((long) port, told.get("amqpPort"));
            assertEquals("enough space", told.get("disk"));
            assertDown("stopping", readiness.call());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}

package dev.millrace.relay.web;

import dev.millrace.relay.Relay;
import dev.millrace.relay.RelayState;
import dev.millrace.relay.SourceRelay;
import dev.millrace.relay.SourceStatus;
import dev.millrace.relay.publish.PublisherHealth;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.api.HealthRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness: one check per source and one for the broker, each with the reason.
 *
 * <p>A source is ready when it is relayed, when somebody paused it on purpose, when it waits for credit (the broker is
 * there and takes no more), and when another relay holds its slot: then this one stands by as it should.
 */
@ApplicationScoped
class RelayReadiness {
    private static final Set<RelayState> READY =
            Set.of(RelayState.RUNNING, RelayState.PAUSED, RelayState.WAITING_FOR_CREDIT);

    void register(@Observes StartupEvent event, @Readiness HealthRegistry registry, Relay relay) {
        registry.register("broker", broker(relay));
        relay.sources().forEach(source -> registry.register("source-" + source.name(), source(source)));
    }

    private static HealthCheck broker(Relay relay) {
        return () -> {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("broker");
            boolean up = true;
            for (SourceRelay source : relay.sources()) {
                PublisherHealth health = source.brokerHealth();
                up &= health.kind() != PublisherHealth.Kind.NO_BROKER;
                response.withData(source.name(), health.detail());
            }
            return response.status(up).build();
        };
    }

    private static HealthCheck source(SourceRelay source) {
        return () -> {
            SourceStatus status = source.status();
            return HealthCheckResponse.named("source-" + source.name())
                    .status(READY.contains(status.state()) || source.standsBy())
                    .withData("state", status.state().name())
                    .withData("reason", status.reason())
                    .withData("since", status.since().toString())
                    .build();
        };
    }
}

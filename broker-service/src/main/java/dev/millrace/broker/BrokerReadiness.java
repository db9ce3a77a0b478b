package dev.millrace.broker;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the log is recovered, the topology declared and the AMQP port open. */
@Readiness
@ApplicationScoped
public class BrokerReadiness implements HealthCheck {

    private final BrokerApplication broker;

    BrokerReadiness(BrokerApplication broker) {
        this.broker = broker;
    }

    @Override
    public HealthCheckResponse call() {
        return broker.isReady()
                ? HealthCheckResponse.named("broker")
                        .up()
                        .withData("amqpPort", broker.server().port())
                        .withData("logEnd", broker.engine().statistics().logEnd())
                        .withData("disk", disk())
                        .build()
                : HealthCheckResponse.named("broker")
                        .down()
                        .withData("reason", broker.whyNotReady())
                        .build();
    }

    /** Consumers are served whatever the disk is like, and only they can make room: so it is no reason to be down. */
    private String disk() {
        return switch (broker.engine().statistics().disk()) {
            case ENOUGH -> "enough space";
            case LOW -> "low: publishers get no credit until there is more space (broker.log.low-water-bytes)";
            case FULL -> "full: what is published is refused until there is space for another log segment";
        };
    }
}

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
                        .build()
                : HealthCheckResponse.named("broker")
                        .down()
                        .withData("reason", "starting, stopping, or ended by a failure of its disk")
                        .build();
    }
}

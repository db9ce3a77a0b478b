package dev.millrace.order;

import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.postgres.PostgresServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** What the service needs around it, for real: PostgreSQL and the broker as processes, once for all tests. */
public class OrderStack implements QuarkusTestResourceLifecycleManager {

    private PostgresServer postgres;
    private BrokerProcess broker;

    @Override
    public Map<String, String> start() {
        postgres = PostgresServer.temporary();
        broker = BrokerProcess.temporary();
        var configuration = new HashMap<>(broker.toEnvironment());
        configuration.put("POSTGRES_HOST", postgres.host());
        configuration.put("POSTGRES_PORT", Integer.toString(postgres.port()));
        // Tests that let an order time out send the due message themselves; no other order may time out meanwhile.
        configuration.put("ORDER_TIMEOUT", "PT10M");
        configuration.put("millrace.order.event-streams.heartbeat", "PT0.3S");
        configuration.put("millrace.order.event-streams.max", "5");
        return configuration;
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}

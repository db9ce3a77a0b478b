package dev.millrace.inventory;

import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.postgres.PostgresServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** What the service needs around it, for real: PostgreSQL and the broker as processes, once for all tests. */
public class InventoryStack implements QuarkusTestResourceLifecycleManager {

    private PostgresServer postgres;
    private BrokerProcess broker;

    @Override
    public Map<String, String> start() {
        postgres = PostgresServer.temporary();
        broker = BrokerProcess.temporary();
        var environment = new HashMap<>(broker.toEnvironment());
        environment.put("POSTGRES_HOST", postgres.host());
        environment.put("POSTGRES_PORT", Integer.toString(postgres.port()));
        return environment;
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

package dev.millrace.relay;

import dev.millrace.stack.postgres.PostgresServer;
import dev.millrace.stack.postgres.ServiceDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import java.util.Map;

/** PostgreSQL with two of three databases migrated, and a broker, for the application as a whole. */
public final class RelayStackResource implements QuarkusTestResourceLifecycleManager {
    private PostgresServer postgres;
    private Vertx vertx;
    private ScriptedBroker broker;
    private OutboxFixture order;

    @Override
    public Map<String, String> start() {
        postgres = PostgresServer.temporary();
        order = new OutboxFixture(postgres, ServiceDatabase.ORDER).migrate();
        new OutboxFixture(postgres, ServiceDatabase.INVENTORY).migrate();
        vertx = Vertx.vertx();
        try {
            broker = new ScriptedBroker(vertx);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return Map.of(
                "POSTGRES_HOST", postgres.host(),
                "POSTGRES_PORT", Integer.toString(postgres.port()),
                "BROKER_HOST", "127.0.0.1",
                "BROKER_AMQP_PORT", Integer.toString(broker.port()));
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(order, new TestInjector.MatchesType(OutboxFixture.class));
        injector.injectIntoFields(broker, new TestInjector.MatchesType(ScriptedBroker.class));
    }

    @Override
    public void stop() {
        try {
            if (broker != null) {
                broker.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            if (vertx != null) {
                vertx.close();
            }
            if (postgres != null) {
                postgres.close();
            }
        }
    }
}

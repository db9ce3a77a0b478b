package dev.millrace.relay;

import dev.millrace.stack.postgres.PostgresServer;
import dev.millrace.stack.postgres.ServiceDatabase;

/** One server for all test classes that run one after another in this JVM; each takes a database of its own. */
final class SharedPostgres {
    private static PostgresServer server;

    private SharedPostgres() {}

    static synchronized PostgresServer server() {
        if (server == null) {
            server = PostgresServer.temporary();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        return server;
    }

    static OutboxFixture migrated(ServiceDatabase database) {
        return new OutboxFixture(server(), database).migrate();
    }
}

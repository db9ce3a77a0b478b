package dev.millrace.messaging;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** An embedded PostgreSQL with a role and a database as every service has them. */
public class EmbeddedDatabase implements QuarkusTestResourceLifecycleManager {

    static final String ROLE = "things_service";

    private EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        try {
            postgres = EmbeddedPostgres.builder()
                    .setServerConfig("wal_level", "logical")
                    .setServerConfig("fsync", "off")
                    .start();
            try (var connection = postgres.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("create role " + ROLE + " login replication password '" + ROLE + "'");
                statement.execute("create database " + ROLE + " owner " + ROLE);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("no embedded PostgreSQL", e);
        }
        return Map.of(
                "quarkus.datasource.jdbc.url", postgres.getJdbcUrl(ROLE, ROLE),
                "quarkus.datasource.username", ROLE,
                "quarkus.datasource.password", ROLE);
    }

    @Override
    public void stop() {
        if (postgres == null) {
            return;
        }
        try {
            postgres.close();
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL did not stop", e);
        }
    }
}

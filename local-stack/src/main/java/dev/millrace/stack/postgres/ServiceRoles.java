package dev.millrace.stack.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Makes one role and one database per service, and gives the roles the passwords of this start. */
final class ServiceRoles {
    private ServiceRoles() {}

    static void provide(Connection superuser, Map<ServiceDatabase, String> passwords) throws SQLException {
        for (Map.Entry<ServiceDatabase, String> entry : passwords.entrySet()) {
            provide(superuser, entry.getKey().databaseName(), entry.getValue());
        }
    }

    private static void provide(Connection superuser, String name, String password) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            // The names are our own constants; a password may hold anything.
            String verb = exists(superuser, "SELECT 1 FROM pg_roles WHERE rolname = ?", name) ? "ALTER" : "CREATE";
            statement.execute("%s ROLE %s LOGIN REPLICATION PASSWORD %s"
                    .formatted(verb, name, statement.enquoteLiteral(password)));
            if (!exists(superuser, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
                statement.execute("CREATE DATABASE %s OWNER %s".formatted(name, name));
                // By default everybody may connect everywhere; a service sees its own database only.
                statement.execute("REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(name));
            }
        }
    }

    private static boolean exists(Connection superuser, String query, String name) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }
}

package dev.millrace.stack.postgres;

import java.util.Map;

/** One database for each service that has one; database and role have the same name, the role owns it. */
public enum ServiceDatabase {
    ORDER("order_service", "ORDER_DB_PASSWORD"),
    INVENTORY("inventory_service", "INVENTORY_DB_PASSWORD"),
    NOTIFICATION("notification_service", "NOTIFICATION_DB_PASSWORD");

    private final String databaseName;
    private final String passwordVariable;

    ServiceDatabase(String databaseName, String passwordVariable) {
        this.databaseName = databaseName;
        this.passwordVariable = passwordVariable;
    }

    /** Name of the database and of the role. */
    public String databaseName() {
        return databaseName;
    }

    /** Environment variable that sets the role's password. */
    public String passwordVariable() {
        return passwordVariable;
    }

    /** The role's password: the environment's, or else the role's name (the services' own default). */
    public String password(Map<String, String> environment) {
        return environment.getOrDefault(passwordVariable, databaseName);
    }
}

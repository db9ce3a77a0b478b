package dev.millrace.stack;

import java.util.Optional;
import java.util.stream.Stream;

/** The parts of the system, in the order in which a reader meets them. */
public enum Part {
    POSTGRES("postgres", false),
    MAIL("mail", false),
    BROKER("broker-service", true),
    ORDER("order-service", true),
    INVENTORY("inventory-service", true),
    NOTIFICATION("notification-service", true),
    RELAY("outbox-relay", true);

    private final String id;
    private final boolean application;

    Part(String id, boolean application) {
        this.id = id;
        this.application = application;
    }

    /** Name in messages and log lines; of an application also its module. */
    public String id() {
        return id;
    }

    /** Whether it is one of our applications, a process that runs {@code quarkus-run.jar}. */
    public boolean isApplication() {
        return application;
    }

    /** The port of its HTTP interface; empty for PostgreSQL. */
    public Optional<Port> httpPort() {
        return Stream.of(Port.values())
                .filter(port -> port.owner() == this && port.variable().endsWith("_HTTP_PORT"))
                .findFirst();
    }
}

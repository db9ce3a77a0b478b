package dev.millrace.e2e.system;

import java.util.Optional;

/**
 * What the tests run against: a system property or an environment variable of the same name (the property wins).
 *
 * <p>Without any of them the tests start a {@link dev.millrace.stack.LocalStack} of their own on free ports. With
 * {@code E2E_TARGET=urls} they use a system that runs already, by default on the ports that the interface names, as
 * {@code docker-compose up} and {@code ./millrace up} start it:
 *
 * <pre>{@code
 * E2E_TARGET=urls E2E_KILL='docker-compose kill {part}' E2E_STOP='docker-compose stop {part}' \
 *     E2E_START='docker-compose up -d {part}' ./mvnw -pl e2e-tests test
 * }</pre>
 */
enum Setting {
    /** {@code local} (a stack of the tests' own) or {@code urls}. */
    E2E_TARGET("local"),
    E2E_ORDER_URL("http://127.0.0.1:8081"),
    E2E_INVENTORY_URL("http://127.0.0.1:8082"),
    E2E_NOTIFICATION_URL("http://127.0.0.1:8083"),
    E2E_RELAY_URL("http://127.0.0.1:8084"),
    E2E_BROKER_URL("http://127.0.0.1:8080"),
    /** Root of the mailbox, which speaks Mailpit's API. */
    E2E_MAILBOX_URL("http://127.0.0.1:8025"),
    E2E_BROKER_AMQP("127.0.0.1:5672"),
    /** Without a user: SASL ANONYMOUS. */
    E2E_BROKER_USER(null),
    E2E_BROKER_PASSWORD(null),
    /** The {@code ORDER_TIMEOUT} of the system that runs. */
    E2E_ORDER_TIMEOUT("PT30S"),
    /** {@code true} if nobody has used the system before these tests. */
    E2E_FRESH("false"),
    /** Shell commands with {@code {part}} in them; the tests that need one that is not given are skipped. */
    E2E_KILL(null),
    E2E_STOP(null),
    E2E_START(null);

    private final String otherwise;

    Setting(String otherwise) {
        this.otherwise = otherwise;
    }

    /** Its value; only where it has a default. */
    String value() {
        return find().orElseThrow(() -> new IllegalStateException(name() + " is not set"));
    }

    /** Its value, if it is set or has a default. */
    Optional<String> find() {
        String set = System.getProperty(name(), System.getenv(name()));
        return Optional.ofNullable(set != null && !set.isBlank() ? set.strip() : otherwise);
    }
}

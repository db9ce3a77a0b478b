package dev.millrace.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the broker is and as whom to come: the same settings that the channels have. Immutable. */
@ApplicationScoped
public class BrokerAddress {
    private final String host;
    private final int port;
    private final String user;
    private final String password;

    BrokerAddress(
            @ConfigProperty(name = "mp.messaging.connector.smallrye-amqp.host", defaultValue = "localhost") String host,
            @ConfigProperty(name = "mp.messaging.connector.smallrye-amqp.port", defaultValue = "5672") int port,
            @ConfigProperty(name = "mp.messaging.connector.smallrye-amqp.username") Optional<String> user,
            @ConfigProperty(name = "mp.messaging.connector.smallrye-amqp.password") Optional<String> password) {
        this.host = host;
        this.port = port;
        this.user = user.orElse(null);
        this.password = password.orElse(null);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** Null: SASL ANONYMOUS. */
    String user() {
        return user;
    }

    String password() {
        return password;
    }
}

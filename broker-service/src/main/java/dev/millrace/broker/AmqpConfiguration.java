package dev.millrace.broker;

import dev.millrace.broker.amqp.AmqpSettings;
import java.util.HashMap;
import java.util.Map;

/** Turns the configuration into the AMQP front's settings. */
final class AmqpConfiguration {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String ALL_INTERFACES = "0.0.0.0";

    private AmqpConfiguration() {}

    /**
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static AmqpSettings settings(BrokerConfig config) {
        Map<String, String> users = users(config.users().orElse(""));
        // Without users everyone is let in, so only this machine may ask.
        String host = users.isEmpty() ? LOOPBACK : ALL_INTERFACES;
        AmqpSettings settings = AmqpSettings.of(host, config.amqp().port(), users);
        return settings.withMaxMessageBytes(config.maxMessageBytes())
                .withTimeouts(config.amqp().idleTimeout(), settings.openTimeout(), settings.closeTimeout());
    }

    private static Map<String, String> users(String text) {
        Map<String, String> users = new HashMap<>();
        for (String user : text.split(",")) {
            if (user.isBlank()) {
                continue;
            }
            int colon = user.indexOf(':');
            if (colon < 1 || colon == user.length() - 1) {
                throw new IllegalArgumentException(
                        "BROKER_USERS is not as expected: 'name:password', several of them separated by commas.");
            }
            users.put(user.substring(0, colon).strip(), user.substring(colon + 1));
        }
        return users;
    }
}

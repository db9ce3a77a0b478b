package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.amqp.AmqpSettings;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the AMQP front makes of the configuration. */
class AmqpConfigurationTest {

    private static AmqpSettings settings(String users) {
        var builder = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(BrokerConfig.class)
                .withDefaultValue("broker.data-dir", "data")
                .withDefaultValue("broker.max-message-bytes", "4711");
        if (users != null) {
            builder.withDefaultValue("broker.users", users);
        }
        return AmqpConfiguration.settings(builder.build().getConfigMapping(BrokerConfig.class));
    }

    @Test
    void withoutUsersOnlyThisMachineMayAsk() {
        assertEquals("127.0.0.1", settings(null).host());
        assertTrue(settings(null).users().isEmpty());
    }

    @Test
    void withUsersEveryInterfaceIsListenedOn() {
        AmqpSettings settings = settings("shop:s3cret, relay:with:colon");
        assertEquals("0.0.0.0", settings.host());
        assertEquals(Map.of("shop", "s3cret", "relay", "with:colon"), settings.users());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", ":secret", "shop:", "shop:s3cret,relay"})
    void usersThatCannotBeReadStopTheStartWithASentence(String users) {
        String said = assertThrows(IllegalArgumentException.class, () -> settings(users))
                .getMessage();
        assertTrue(said.contains("'name:password'"), said);
        assertTrue(!said.contains("s3cret"), "a password is told: " + said);
    }

    @Test
    void theLargestMessageIsAsConfigured() {
        assertEquals(4_711, settings(null).maxMessageBytes());
    }
}

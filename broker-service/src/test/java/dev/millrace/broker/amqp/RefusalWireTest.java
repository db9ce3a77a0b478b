package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Detach;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A link that asks for what cannot be is refused with the right condition and a sentence that names what was expected
 * and what came; its connection lives. {@code emails} is a queue, {@code orders} a topic.
 */
@Timeout(60)
class RefusalWireTest {

    private static final String[] NOTHING_SAID = {};

    @TempDir
    Path directory;

    private RawPeer peer;
    private int handle;

    private void assertPublisherRefused(String address, String condition, String... said) throws IOException {
        Target target = new Target();
        target.setAddress(address);
        assertRefused(address, Performatives.publisher(++handle, "link-" + handle, target), condition, said);
    }

    private void assertConsumerRefused(String address, String[] capabilities, String condition, String... said)
            throws IOException {
        Source source = new Source();
        source.setAddress(address);
        source.setCapabilities(Performatives.symbols(capabilities));
        assertRefused(address, Performatives.consumer(++handle, "link-" + handle, source), condition, said);
    }

    private void assertConsumerRefused(String address, String condition, String... said) throws IOException {
        assertConsumerRefused(address, NOTHING_SAID, condition, said);
    }

    private void assertRefused(String address, Attach attach, String condition, String... said) throws IOException {
        peer.write(Performatives.frame(attach));
        peer.expect(Descriptor.ATTACH);
        ErrorCondition error =
                Performatives.expect(peer, Descriptor.DETACH, Detach.class).getError();
        assertNotNull(error, address);
        assertEquals(Symbol.valueOf(condition), error.getCondition(), address);
        for (String part : said) {
            assertTrue(error.getDescription().contains(part), error::getDescription);
        }
        peer.write(RawPeer.detach(handle, true));
    }

    @Test
    void everyRefusalSaysWhatWasExpectedAndWhatCame() throws Exception {
        try (EngineFront front = new EngineFront(directory);
                RawPeer begun = RawPeer.begun(front.port())) {
            peer = begun;
            assertConsumerRefused(
                    "emails", new String[] {"topic"}, "amqp:not-allowed", "'emails' is a queue, not a topic");
            assertConsumerRefused(
                    "orders", new String[] {"queue"}, "amqp:not-allowed", "'orders' is a topic, not a queue");
            assertPublisherRefused("/topics/emails", "amqp:not-allowed", "'emails' is a queue, not a topic");
            assertConsumerRefused("/queues/orders", "amqp:not-allowed", "'orders' is a topic, not a queue");
            assertConsumerRefused("emails::x", "amqp:not-allowed", "'emails' is a queue", "only topics");
            assertPublisherRefused(
                    "orders::inventory", "amqp:not-allowed", "'orders::inventory'", "the name of a queue or a topic");
            assertPublisherRefused(
                    "emails/$deadletterqueue", "amqp:not-allowed", "emails/$deadletterqueue", "a queue or a topic");
            assertConsumerRefused("orders/$deadletterqueue", "amqp:not-found", "no dead-letter queue", "orders::");
            assertConsumerRefused("a::b::c", "amqp:invalid-field", "'b::c'", "no '::'");
            assertConsumerRefused("$internal", "amqp:invalid-field", "'$internal'", "do not begin with '$'");
            assertConsumerRefused("x".repeat(256), "amqp:invalid-field", "256 characters", "expected 1 to 255");
            assertConsumerRefused("orders?offset=99", "amqp:invalid-field", "up to 0", "99 is none of them");
            assertConsumerRefused("orders?offset=soon", "amqp:invalid-field", "'soon'", "expected earliest, latest");
            assertConsumerRefused("orders?colour=red", "amqp:invalid-field", "'colour'", "'offset' and 'subject'");
            assertConsumerRefused("orders?subject=order.a*", "amqp:invalid-field", "'a*'", "whole words");
            peer.write(RawPeer.attachConsumer(++handle, "fine", "emails"));
            assertNotNull(
                    Performatives.expect(peer, Descriptor.ATTACH, Attach.class).getSource(), "the connection lives");
        }
    }
}

package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Message;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.junit.jupiter.api.Test;

/** What a consumer gets in front of a stored message, as proton-j decodes it. */
class DeliveryPrefixTest {

    private static final long NOW = 1_800_000_000_000L;

    private final DeliveryPrefix prefix = new DeliveryPrefix();

    @Test
    void aFirstDeliverySaysSo() {
        org.apache.qpid.proton.message.Message got = deliver(stored(Map.of(), 0), 0, false, List.of());
        assertTrue(got.getHeader().getFirstAcquirer());
        assertEquals(UnsignedInteger.ZERO, got.getHeader().getDeliveryCount());
        assertNull(got.getHeader().getTtl());
        assertEquals(4, got.getPriority());
        assertEquals(UnsignedLong.valueOf(17), annotation(got, "x-opt-offset"));
        assertEquals(new Date(NOW - 5), annotation(got, "x-opt-enqueued-time"));
        assertEquals(new Date(NOW + 30_000), annotation(got, "x-opt-locked-until"));
        assertNull(annotation(got, "x-opt-deaths"));
    }

    @Test
    void failuresAreCounted() {
        org.apache.qpid.proton.message.Message got = deliver(stored(Map.of(), 0), 3, false, List.of());
        assertEquals(UnsignedInteger.valueOf(3), got.getHeader().getDeliveryCount());
        assertFalse(got.getHeader().getFirstAcquirer());
        assertEquals(
                UnsignedInteger.valueOf(300),
                deliver(stored(Map.of(), 0), 300, false, List.of()).getHeader().getDeliveryCount());
    }

    @Test
    void theTimeToLiveIsWhatIsLeftOfIt() {
        assertEquals(
                1_500,
                deliver(stored(Map.of(), NOW + 1_500), 0, false, List.of()).getTtl());
        assertEquals(
                1, deliver(stored(Map.of(), NOW - 1_500), 0, false, List.of()).getTtl());
        assertEquals(
                0xffffffffL,
                deliver(stored(Map.of(), Long.MAX_VALUE), 0, false, List.of()).getTtl());
    }

    @Test
    void aSettledDeliveryHasNoLock() {
        assertNull(annotation(deliver(stored(Map.of(), 0), 0, true, List.of()), "x-opt-locked-until"));
    }

    @Test
    void thePublishersAnnotationsComeAlong() {
        org.apache.qpid.proton.message.Message got =
                deliver(stored(Map.of("x-opt-offset", 1, "mine", "kept"), 0), 0, false, List.of());
        assertEquals("kept", annotation(got, "mine"));
        assertEquals(UnsignedLong.valueOf(17), annotation(got, "x-opt-offset"));
        assertEquals(4, got.getMessageAnnotations().getValue().size());
    }

    @Test
    void aDeadLetterTellsOfItsDeaths() {
        Death first = new Death("orders::inventory", "orders", Death.Reason.REJECTED, NOW - 9, 1, "c1", "l1", "no sku");
        Death second =
                new Death("emails", "emails", Death.Reason.ATTEMPTS_EXHAUSTED, NOW - 3, 5, "", "", "lock expired");
        Map<String, Object> old = Map.of("DeadLetterReason", "old", "mine", "kept", "x-opt-deaths", "forged");
        org.apache.qpid.proton.message.Message got = deliver(stored(old, 0), 0, false, List.of(first, second));
        assertEquals("emails", annotation(got, "x-opt-ORIG-ADDRESS"));
        assertEquals("emails", annotation(got, "x-opt-ORIG-QUEUE"));
        assertEquals("attempts-exhausted", annotation(got, "DeadLetterReason"));
        assertEquals("lock expired", annotation(got, "DeadLetterErrorDescription"));
        assertEquals("kept", annotation(got, "mine"));
        List<?> deaths = (List<?>) annotation(got, "x-opt-deaths");
        assertEquals(2, deaths.size());
        assertEquals(
                Map.of(
                        "source", "orders::inventory",
                        "address", "orders",
                        "reason", "rejected",
                        "count", 1,
                        "time", new Date(NOW - 9),
                        "container", "c1",
                        "link", "l1",
                        "last-error", "no sku"),
                deaths.getFirst());
        assertEquals("attempts-exhausted", ((Map<?, ?>) deaths.getLast()).get("reason"));
    }

    @Test
    void outsideOfDeadLettersOldDeathsAreLeftAlone() {
        org.apache.qpid.proton.message.Message got =
                deliver(stored(Map.of("DeadLetterReason", "old"), 0), 0, false, List.of());
        assertEquals("old", annotation(got, "DeadLetterReason"));
    }

    private static Object annotation(org.apache.qpid.proton.message.Message message, String key) {
        return message.getMessageAnnotations().getValue().get(Symbol.valueOf(key));
    }

    private static Message stored(Map<String, Object> annotations, long expiresAt) {
        org.apache.qpid.proton.message.Message message = Proton.message();
        Map<Symbol, Object> symbols = new HashMap<>();
        annotations.forEach((key, value) -> symbols.put(Symbol.valueOf(key), value));
        message.setMessageAnnotations(new MessageAnnotations(symbols));
        message.setSubject("order.placed");
        message.setBody(new Data(new Binary(new byte[] {1, 2, 3})));
        byte[] buffer = new byte[4096];
        int length = message.encode(buffer, 0, buffer.length);
        Message read = new MessageReader().read(buffer, 0, length, NOW);
        return new Message(
                read.payload(), read.annotationsLength(), read.annotationsCount(), null, null, 4, true, expiresAt, 0);
    }

    private org.apache.qpid.proton.message.Message deliver(
            Message message, int failures, boolean settled, List<Death> deaths) {
        Delivery delivery = new Delivery(1, message, 17, NOW - 5, failures, NOW + 30_000, 0, deaths);
        byte[] payload = prefix.encode(delivery, settled, NOW);
        byte[] whole = RawPeer.join(Arrays.copyOf(prefix.bytes(), prefix.length()), payload);
        org.apache.qpid.proton.message.Message got = Proton.message();
        got.decode(whole, 0, whole.length);
        assertEquals("order.placed", got.getSubject());
        assertEquals(new Binary(new byte[] {1, 2, 3}), ((Data) got.getBody()).getValue());
        return got;
    }
}

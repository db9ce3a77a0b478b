package dev.millrace.broker.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.EditRefusedException;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.MessageEditor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePatchesTest {

    private final MessagePatches patches = new MessagePatches(10_000);

    private static org.apache.qpid.proton.message.Message original(Section body) {
        org.apache.qpid.proton.message.Message message = org.apache.qpid.proton.message.Message.Factory.create();
        message.setMessageId("id-1");
        message.setGroupId("key");
        message.setContentType("application/json");
        message.setApplicationProperties(new ApplicationProperties(new LinkedHashMap<>(Map.of("a", 1, "b", "two"))));
        message.setBody(body);
        message.setFooter(new Footer(Map.of("f", "g")));
        return message;
    }

    private static Message stored(org.apache.qpid.proton.message.Message message) {
        byte[] bytes = new byte[5_000];
        int length = message.encode(bytes, 0, bytes.length);
        return new Message(Arrays.copyOf(bytes, length), 0, 0, "id-1", "key", 4, true, 0, 0);
    }

    private static org.apache.qpid.proton.message.Message decoded(Message message) {
        org.apache.qpid.proton.message.Message decoded = org.apache.qpid.proton.message.Message.Factory.create();
        decoded.decode(message.payload(), 0, message.payload().length);
        return decoded;
    }

    private static Data data(String text) {
        return new Data(new Binary(text.getBytes()));
    }

    @Test
    void bodyIsReplacedAndEveryOtherSectionStays() {
        Message before = stored(original(data("{\"n\":1}")));
        MessageEditor.Edited edited = patches.compile("{\"body\":{\"n\":2}}").edit(before);
        org.apache.qpid.proton.message.Message after = decoded(edited.message());

        assertEquals("{\"n\":2}", new String(((Data) after.getBody()).getValue().getArray()).strip());
        assertEquals("id-1", after.getMessageId());
        assertEquals(
                Map.of("a", 1, "b", "two"), after.getApplicationProperties().getValue());
        assertEquals(Map.of("f", "g"), after.getFooter().getValue());
        assertEquals("{\"body\":{\"from\":{\"n\":1},\"to\":{\"n\":2}}}", edited.difference());
        assertEquals("id-1", edited.message().messageId());
        assertEquals("key", edited.message().orderingKey());
    }

    @Test
    void applicationPropertiesAreSetAndRemovedAndTheBodyStaysByteForByte() {
        Message before = stored(original(data("anything")));
        MessageEditor.Edited edited = patches.compile("{\"applicationProperties\":{\"a\":null,\"c\":true}}")
                .edit(before);

        assertEquals(
                Map.of("b", "two", "c", true),
                decoded(edited.message()).getApplicationProperties().getValue());
        Message back = patches.compile("{\"applicationProperties\":{\"b\":null,\"c\":null}}")
                .edit(edited.message())
                .message();
        assertEquals(null, decoded(back).getApplicationProperties());
        assertEquals(
                "anything",
                new String(((Data) decoded(back).getBody()).getValue().getArray()));
    }

    @Test
    void textThatWasAValueStaysAValue() {
        org.apache.qpid.proton.message.Message original = original(new AmqpValue("before"));
        original.setContentType(null);
        Message after =
                patches.compile("{\"body\":\"after\"}").edit(stored(original)).message();
        assertEquals("after", ((AmqpValue) decoded(after).getBody()).getValue());
    }

    @Test
    void jsonInPlaceOfAValueSaysThatItIsJson() {
        org.apache.qpid.proton.message.Message original = original(new AmqpValue("before"));
        original.setContentType(null);
        Message after = patches.compile("{\"body\":[1]}").edit(stored(original)).message();
        assertEquals("application/json", decoded(after).getContentType());
        assertTrue(decoded(after).getBody() instanceof Data);
    }

    @Test
    void annotationsInFrontOfTheMessageStay() {
        byte[] bare = stored(original(data("x"))).payload();
        byte[] payload = new byte[bare.length + 3];
        Arrays.fill(payload, 0, 3, (byte) 7);
        System.arraycopy(bare, 0, payload, 3, bare.length);
        Message message = new Message(payload, 3, 2, "id-1", "key", 4, true, 0, 0);
        Message after = patches.compile("{\"body\":\"y\"}").edit(message).message();
        assertArrayEquals(new byte[] {7, 7, 7}, Arrays.copyOf(after.payload(), 3));
        assertEquals(2, after.annotationsCount());
    }

    @Test
    void whatGrowsTooLargeOrCannotBeDecodedIsRefused() {
        String large = "x".repeat(10_001);
        MessageEditor growing = patches.compile("{\"body\":\"" + large + "\"}");
        assertThrows(EditRefusedException.class, () -> growing.edit(stored(original(data("x")))));
        MessageEditor editor = patches.compile("{\"body\":1}");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = stored(original(data("text"))).payload();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                editor.edit(new Message(bytes, 0, 0, "id", null, 4, true, 0, 0));
            } catch (EditRefusedException expected) {
                assertTrue(expected.getMessage().length() > 10, "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "nonsense", "{\"header\":1}", "{\"applicationProperties\":[]}"})
    void nonsenseIsNoPatch(String patch) {
        assertThrows(EditRefusedException.class, () -> patches.compile(patch));
    }
}

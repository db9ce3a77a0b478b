package dev.millrace.broker.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.broker.core.Message;
import java.nio.charset.StandardCharsets;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.junit.jupiter.api.Test;

/** What goes out over AMQP of a message that was published over HTTP. */
class PublishedMessageTest {

    private static final long NOW = 1_000_000;

    private static Message read(String json) throws Exception {
        return PublishedMessage.readAll(new ObjectMapper().readTree(json), 1_000_000, NOW)
                .getFirst();
    }

    private static org.apache.qpid.proton.message.Message decode(Message message) {
        org.apache.qpid.proton.message.Message decoded = org.apache.qpid.proton.message.Message.Factory.create();
        decoded.decode(message.payload(), 0, message.payload().length);
        return decoded;
    }

    private static byte[] bytes(org.apache.qpid.proton.message.Message message) {
        return ((Data) message.getBody()).getValue().getArray();
    }

    @Test
    void nullIsABodyLikeAnyOther() throws Exception {
        assertEquals("null", new String(bytes(decode(read("{\"body\":null}"))), StandardCharsets.UTF_8));
    }

    @Test
    void aJsonStringIsAStringValue() throws Exception {
        org.apache.qpid.proton.message.Message sent = decode(read("{\"body\":\"text\"}"));
        assertEquals("text", ((AmqpValue) sent.getBody()).getValue());
        assertNull(sent.getContentType());
        assertNotNull(sent.getMessageId(), "an id is made where there is none");
    }

    @Test
    void otherJsonIsDataThatSaysThatItIsJson() throws Exception {
        org.apache.qpid.proton.message.Message sent = decode(read("{\"body\":{\"n\":[1,null]}}"));
        assertEquals("{\"n\":[1,null]}", new String(bytes(sent), StandardCharsets.UTF_8));
        assertEquals("application/json", sent.getContentType());
    }

    @Test
    void base64IsDataOfWhateverTypeIsGiven() throws Exception {
        assertNull(decode(read("{\"body\":{\"base64\":\"//79\"}}")).getContentType());
        org.apache.qpid.proton.message.Message sent =
                decode(read("{\"body\":{\"base64\":\"//79\"},\"contentType\":\"image/png\"}"));
        assertArrayEquals(new byte[] {-1, -2, -3}, bytes(sent));
        assertEquals("image/png", sent.getContentType());
    }

    @Test
    void timesCountFromNow() throws Exception {
        Message message = read("{\"body\":1,\"ttl\":\"PT5S\",\"delay\":\"PT2S\",\"priority\":7,\"groupId\":\"k\"}");
        assertEquals(NOW + 5_000, message.expiresAt());
        assertEquals(NOW + 2_000, message.deliverAt());
        assertEquals(7, message.priority());
        assertEquals("k", message.orderingKey());
        assertEquals("k", decode(message).getGroupId());
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws Exception {
        Message message = read("{\"body\":0}");
        assertEquals(Message.NORMAL_PRIORITY, message.priority());
        assertEquals(0, message.expiresAt());
        assertEquals(0, message.deliverAt());
        assertNull(message.orderingKey());
    }
}

package dev.millrace.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

/** What the load sends, read by proton-j. */
class MessageTemplateTest {
    private static final Workload PLAIN = Workload.queue("any", 1, 1, 100, 10);

    private static Message decode(MessageTemplate template) {
        Message message = Message.Factory.create();
        message.decode(template.bytes(), 0, template.bytes().length);
        return message;
    }

    private static long timeIn(Message message) {
        return ((Data) message.getBody()).getValue().asByteBuffer().getLong();
    }

    @Test
    void aPlainMessageIsDurableAndSaysItsTime() {
        var template = new MessageTemplate(PLAIN, 0);
        template.next(4_711);
        Message message = decode(template);
        assertTrue(message.isDurable());
        assertNull(message.getGroupId());
        assertEquals(4_711, timeIn(message));
        assertEquals(100, ((Data) message.getBody()).getValue().getLength());
    }

    @Test
    void everyMessageHasAnIdOfItsOwnAsLongAsAUuid() {
        Set<String> ids = new HashSet<>();
        for (int publisher = 0; publisher < 2; publisher++) {
            var template = new MessageTemplate(PLAIN.withKeys(3), publisher);
            for (int i = 0; i < 1_000; i++) {
                template.next(i);
                String id = (String) decode(template).getMessageId();
                assertEquals(36, id.length());
                ids.add(id);
            }
        }
        assertEquals(2_000, ids.size());
    }

    @Test
    void keysAreAsManyAsAskedFor() {
        var template = new MessageTemplate(PLAIN.withKeys(30), 0);
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            template.next(i);
            keys.add(decode(template).getGroupId());
        }
        assertEquals(30, keys.size());
        assertTrue(keys.contains("00000029"), keys.toString());
    }

    @Test
    void aScheduledMessageSaysWhenItIsDueInItsAnnotationAndInItsBody() {
        var template = new MessageTemplate(PLAIN.withTimetable(new Timetable(5_000, 1_000, 1)), 0);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            template.next(0);
            Message message = decode(template);
            long due = (long) message.getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-delivery-time"));
            assertEquals(due * 1_000_000, timeIn(message));
            least = Math.min(least, due);
            most = Math.max(most, due);
        }
        assertTrue(least >= 5_000 && least < 5_010 && most >= 5_990 && most < 6_000, least + " to " + most);
    }
}

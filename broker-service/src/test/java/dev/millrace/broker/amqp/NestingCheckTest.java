package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

/** Values that the protocol engine may decode, and values that it must never see. */
class NestingCheckTest {

    @Test
    void ordinaryValuesPass() {
        Map<Object, Object> map = new HashMap<>();
        map.put("list", List.of(1, 2L, "three", List.of(4.0)));
        map.put("array", new Symbol[] {Symbol.valueOf("a"), Symbol.valueOf("bc")});
        map.put("numbers", new Long[] {1L, 2L, 3L});
        map.put("uuid", UUID.randomUUID());
        map.put("date", new Date());
        map.put("nothing", null);
        Message message = Proton.message();
        message.setBody(new AmqpValue(map));
        byte[] buffer = new byte[1024];
        int length = message.encode(buffer, 0, buffer.length);
        AmqpReader in = new AmqpReader().over(buffer, 0, length);
        NestingCheck.check(in);
        assertEquals(length, in.position());
    }

    @Test
    void moreElementsThanBytesAreRefused() {
        refuse(new ByteWriter(16).put(0xf0).putInt(5).putInt(Integer.MAX_VALUE).put(TypeCode.NULL));
        refuse(new ByteWriter(16).put(0xe0).put(2).put(200).put(TypeCode.NULL));
        refuse(new ByteWriter(16).put(TypeCode.LIST_32).putInt(4).putInt(Integer.MAX_VALUE));
        refuse(new ByteWriter(16).put(TypeCode.LIST_8).put(1).put(1));
        refuse(new ByteWriter(16)
                .put(TypeCode.MAP_8)
                .put(3)
                .put(4)
                .put(TypeCode.NULL)
                .put(TypeCode.NULL));
    }

    @Test
    void elementsThatDoNotFillTheirCompoundAreRefused() {
        refuse(new ByteWriter(16)
                .put(TypeCode.LIST_8)
                .put(3)
                .put(1)
                .put(TypeCode.NULL)
                .put(TypeCode.NULL));
        refuse(new ByteWriter(16)
                .put(TypeCode.LIST_8)
                .put(2)
                .put(1)
                .put(TypeCode.UINT)
                .putInt(7));
        refuse(new ByteWriter(16)
                .put(0xe0)
                .put(5)
                .put(1)
                .put(TypeCode.UBYTE)
                .put(1)
                .put(2)
                .put(3));
    }

    @Test
    void oddMapsAreRefused() {
        refuse(new ByteWriter(16).put(TypeCode.MAP_8).put(2).put(1).put(TypeCode.NULL));
    }

    @Test
    void depthIsBounded() {
        nested(AmqpReader.MAX_NESTING);
        assertThrows(MalformedDataException.class, () -> nested(AmqpReader.MAX_NESTING + 1));
        byte[] described = new byte[100_000];
        assertThrows(
                MalformedDataException.class,
                () -> NestingCheck.check(new AmqpReader().over(described, 0, described.length)));
        byte[] array = new byte[100_000];
        array[0] = (byte) 0xf0;
        Arrays.fill(array, 1, 5, (byte) 0);
        array[2] = 1;
        assertThrows(
                MalformedDataException.class, () -> NestingCheck.check(new AmqpReader().over(array, 0, array.length)));
    }

    private static void nested(int depth) {
        ByteWriter out = new ByteWriter(1024);
        for (int i = depth; i > 0; i--) {
            out.put(TypeCode.LIST_32).putInt(5 + (i - 1) * 9).putInt(1);
        }
        out.put(TypeCode.NULL);
        NestingCheck.check(new AmqpReader().over(out.bytes(), 0, out.length()));
    }

    private static void refuse(ByteWriter out) {
        assertThrows(
                MalformedDataException.class,
                () -> NestingCheck.check(new AmqpReader().over(out.bytes(), 0, out.length())));
    }
}

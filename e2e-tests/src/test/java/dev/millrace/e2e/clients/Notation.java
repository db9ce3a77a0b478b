package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Decimal128;
import org.apache.qpid.proton.amqp.Decimal32;
import org.apache.qpid.proton.amqp.Decimal64;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnknownDescribedType;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.UnsignedShort;

/**
 * Values of AMQP written as JSON, each with its type, so that clients in several languages mean the same: {@code
 * ["ubyte","200"]}, {@code ["float","3fc00000"]} (its bits), {@code ["list",[…]]}, {@code ["map",[[key,value],…]]},
 * {@code ["array","int",["1","2"]]}, {@code ["described",descriptor,value]}. Payloads are decimal numbers, for binary and
 * floating point in hex, for {@code char} the code point, for {@code timestamp} epoch milliseconds.
 */
final class Notation {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final HexFormat HEX = HexFormat.of();

    private Notation() {}

    /** A value of a simple type. */
    static ArrayNode of(String type, String payload) {
        return JSON.arrayNode().add(type).add(payload);
    }

    static ArrayNode list(JsonNode... values) {
        ArrayNode payload = JSON.arrayNode().addAll(List.of(values));
        return JSON.arrayNode().add("list").add(payload);
    }

    /** A map of keys and values in turn. */
    static ArrayNode map(JsonNode... keysAndValues) {
        ArrayNode entries = JSON.arrayNode();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(JSON.arrayNode().add(keysAndValues[i]).add(keysAndValues[i + 1]));
        }
        return JSON.arrayNode().add("map").add(entries);
    }

    static ArrayNode array(String type, String... payloads) {
        ArrayNode all = JSON.arrayNode();
        for (String payload : payloads) {
            all.add(payload);
        }
        return JSON.arrayNode().add("array").add(type).add(all);
    }

    static ArrayNode described(JsonNode descriptor, JsonNode value) {
        return JSON.arrayNode().add("described").add(descriptor).add(value);
    }

    /** What a Java client of proton-j means by a written value. */
    static Object toJava(JsonNode note) {
        return switch (note.get(0).asText()) {
            case "list" -> {
                var values = new ArrayList<>();
                note.get(1).forEach(each -> values.add(toJava(each)));
                yield values;
            }
            case "map" -> {
                var entries = new LinkedHashMap<Object, Object>();
                note.get(1).forEach(entry -> entries.put(toJava(entry.get(0)), toJava(entry.get(1))));
                yield entries;
            }
            case "array" -> toArray(note.get(1).asText(), note.get(2));
            case "described" -> new UnknownDescribedType(toJava(note.get(1)), toJava(note.get(2)));
            default -> simple(note.get(0).asText(), note.path(1).asText());
        };
    }

    private static Object toArray(String type, JsonNode payloads) {
        Object first = simple(type, payloads.get(0).asText());
        Class<?> element =
                switch (first) {
                    case Integer i -> int.class;
                    case Long l -> long.class;
                    case Boolean b -> boolean.class;
                    default -> first.getClass();
                };
        Object array = Array.newInstance(element, payloads.size());
        for (int i = 0; i < payloads.size(); i++) {
            Array.set(array, i, simple(type, payloads.get(i).asText()));
        }
        return array;
    }

    private static Object simple(String type, String payload) {
        return switch (type) {
            case "null" -> null;
            case "boolean" -> Boolean.valueOf(payload);
            case "ubyte" -> UnsignedByte.valueOf(payload);
            case "ushort" -> UnsignedShort.valueOf(payload);
            case "uint" -> UnsignedInteger.valueOf(payload);
            case "ulong" -> UnsignedLong.valueOf(payload);
            case "byte" -> Byte.valueOf(payload);
            case "short" -> Short.valueOf(payload);
            case "int" -> Integer.valueOf(payload);
            case "long" -> Long.valueOf(payload);
            case "float" -> ByteBuffer.wrap(HEX.parseHex(payload)).getFloat();
            case "double" -> ByteBuffer.wrap(HEX.parseHex(payload)).getDouble();
            case "decimal32" ->
                new Decimal32(ByteBuffer.wrap(HEX.parseHex(payload)).getInt());
            case "decimal64" ->
                new Decimal64(ByteBuffer.wrap(HEX.parseHex(payload)).getLong());
            case "decimal128" -> new Decimal128(HEX.parseHex(payload));
            case "char" -> (char) Integer.parseInt(payload);
            case "timestamp" -> new Date(Long.parseLong(payload));
            case "uuid" -> UUID.fromString(payload);
            case "binary" -> new Binary(HEX.parseHex(payload));
            case "string" -> payload;
            case "symbol" -> Symbol.valueOf(payload);
            default -> throw new IllegalArgumentException("no type of AMQP: " + type);
        };
    }

    /** How a value of a Java client is written. */
    static JsonNode of(Object value) {
        return switch (value) {
            case null -> JSON.arrayNode().add("null");
            case List<?> values -> {
                ArrayNode payload = JSON.arrayNode();
                values.forEach(each -> payload.add(of(each)));
                yield JSON.arrayNode().add("list").add(payload);
            }
            case Map<?, ?> map -> {
                ArrayNode entries = JSON.arrayNode();
                map.forEach((key, entry) ->
                        entries.add(JSON.arrayNode().add(of(key)).add(of(entry))));
                yield JSON.arrayNode().add("map").add(entries);
            }
            case DescribedType described -> described(of(described.getDescriptor()), of(described.getDescribed()));
            case byte[] bytes -> of("binary", HEX.formatHex(bytes));
            case Object array when array.getClass().isArray() -> ofArray(array);
            default -> ofSimple(value);
        };
    }

    private static JsonNode ofArray(Object array) {
        ArrayNode payloads = JSON.arrayNode();
        String type = "null";
        for (int i = 0; i < Array.getLength(array); i++) {
            JsonNode element = of(Array.get(array, i));
            type = element.get(0).asText();
            payloads.add(element.get(1));
        }
        return JSON.arrayNode().add("array").add(type).add(payloads);
    }

    private static JsonNode ofSimple(Object value) {
        return switch (value) {
            case Boolean b -> of("boolean", b.toString());
            case UnsignedByte v -> of("ubyte", v.toString());
            case UnsignedShort v -> of("ushort", v.toString());
            case UnsignedInteger v -> of("uint", v.toString());
            case UnsignedLong v -> of("ulong", v.toString());
            case Byte v -> of("byte", v.toString());
            case Short v -> of("short", v.toString());
            case Integer v -> of("int", v.toString());
            case Long v -> of("long", v.toString());
            case Float v -> of("float", HEX.toHexDigits(Float.floatToIntBits(v)));
            case Double v -> of("double", HEX.toHexDigits(Double.doubleToLongBits(v)));
            case Decimal32 v -> of("decimal32", HEX.toHexDigits(v.getBits()));
            case Decimal64 v -> of("decimal64", HEX.toHexDigits(v.getBits()));
            case Decimal128 v -> of("decimal128", HEX.formatHex(v.asBytes()));
            case Character v -> of("char", Integer.toString(v));
            case Date v -> of("timestamp", Long.toString(v.getTime()));
            case UUID v -> of("uuid", v.toString());
            case Binary v -> of("binary", hex(v));
            case String v -> of("string", v);
            case Symbol v -> of("symbol", v.toString());
            default -> throw new IllegalArgumentException("no value of AMQP: " + value.getClass());
        };
    }

    static String hex(Binary binary) {
        return HEX.formatHex(binary.getArray(), binary.getArrayOffset(), binary.getArrayOffset() + binary.getLength());
    }
}

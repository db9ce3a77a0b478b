package dev.millrace.broker.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What JSON values are in messages. */
public final class JsonValues {

    /** For people: what {@link #isSimple} is. */
    public static final String EXPECTED_SIMPLE = "a string, a number, a boolean or null";

    private static final String BASE64 = "base64";

    private JsonValues() {}

    /** Whether the value can be that of an application property. */
    public static boolean isSimple(JsonNode value) {
        return value.isTextual() || value.isBoolean() || value.isNumber() || value.isNull();
    }

    /** The value of an application property; null for null. */
    public static Object simple(JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return value.isIntegralNumber() && value.canConvertToLong()
                ? (Object) value.longValue()
                : (Object) value.doubleValue();
    }

    /** Whether the value stands for bytes: {@code {"base64": "…"}}. */
    public static boolean isBase64(JsonNode value) {
        return value != null && value.size() == 1 && value.path(BASE64).isTextual();
    }

    /**
     * The bytes that it stands for, or else its own as JSON.
     *
     * @throws IllegalArgumentException if it says that it is base64, and is not
     */
    public static byte[] bytes(JsonNode value) {
        return isBase64(value)
                ? Base64.getDecoder().decode(value.get(BASE64).textValue())
                : value.toString().getBytes(StandardCharsets.UTF_8);
    }
}

package dev.millrace.broker.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.InvalidSchemaException;
import dev.millrace.broker.core.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies are held to their schemas, and schemas to the ones before them. */
class JsonSchemasTest {

    private static final String ORDER = """
            {"type": "object", "required": ["id", "n"],
             "properties": {"id": {"type": "string"}, "n": {"$ref": "#/$defs/count"}},
             "$defs": {"count": {"type": "integer", "minimum": 1}}}""";

    private final JsonSchemas schemas = new JsonSchemas();

    private static Message message(String subject, Section body) {
        org.apache.qpid.proton.message.Message message = Proton.message();
        message.setSubject(subject);
        message.setBody(body);
        byte[] buffer = new byte[100_000];
        int length = message.encode(buffer, 0, buffer.length);
        return new Message(Arrays.copyOf(buffer, length), 0, 0, null, null, 4, true, 0, 0);
    }

    private static Message json(String subject, String body) {
        return message(subject, new Data(new Binary(body.getBytes(StandardCharsets.UTF_8))));
    }

    private String violation(String schema, Message message) {
        return schemas.compile(Map.of("order", schema)).violation(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a\",\"n\":1,\"more\":true} | ",
                "{\"id\":\"a\"} | required property 'n' not found",
                "{\"id\":\"a\",\"n\":\"1\"} | $.n: string found, integer expected",
                "{\"id\":\"a\",\"n\":0} | $.n: must have a minimum value of 1",
                "[1] | array found, object expected",
                "text | string found, object expected"
            })
    void aBodyIsJudgedByTheSchemaOfItsSubject(String body, String said) {
        String violation = violation(ORDER, json("order", body));
        if (said == null) {
            assertNull(violation);
        } else {
            assertTrue(violation.startsWith("as 'order', ") && violation.contains(said), violation);
        }
        assertNull(violation(ORDER, json("other", body)));
        assertNull(violation(ORDER, json(null, body)));
    }

    @Test
    void valuesOfAmqpAreJudgedAsTheJsonThatTheyAre() {
        assertNull(violation(ORDER, message("order", new AmqpValue(Map.of("id", "a", "n", 1)))));
        assertTrue(violation(ORDER, message("order", new AmqpValue(Map.of("id", "a", "n", 1.5))))
                .contains("number found, integer expected"));
    }

    @Test
    void ofManyMistakesTheFirstAreTold() {
        String schema = "{\"required\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"]}";
        String violation = violation(schema, json("order", "{}"));
        assertTrue(violation.contains("'e'") && violation.endsWith("; and 2 more"), violation);
    }

    @Test
    void aBodyThatAPatternIsNotMadeForBreaksNothing() {
        String violation = violation("{\"pattern\": \"^(a|b)*$\"}", json("order", "ab".repeat(40_000)));
        assertTrue(violation == null || violation.contains("cannot be judged"), violation);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | has to be JSON",
                "[] | has to be a JSON object",
                "{\"type\":\"thing\"} | no JSON Schema",
                "{\"required\":\"id\"} | no JSON Schema",
                "{\"pattern\":\"[\"} | no JSON Schema",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"} | expected 'https://json-schema.org/draft/2020-12/schema'",
                "{\"items\":{\"$ref\":\"https://example.org/x.json\"}} | refers to 'https://example.org/x.json'",
                "{\"$ref\":\"#/$defs/missing\"} | no JSON Schema"
            })
    void whatIsNoSchemaIsRefusedWithWhatIsWrong(String schema, String said) {
        String message = assertThrows(InvalidSchemaException.class, () -> schemas.compile(Map.of("order", schema)))
                .getMessage();
        assertTrue(message.contains(said), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what nobody minds
                "{\"type\":\"object\"} | {\"type\":\"object\",\"title\":\"Order\",\"description\":\"x\"} | ",
                "{\"properties\":{\"a\":{}}} | {\"properties\":{\"a\":{},\"b\":{\"type\":\"string\"}}} | ",
                "{\"properties\":{\"a\":{},\"b\":{}}} | {\"properties\":{\"a\":{}}} | ",
                "{\"required\":[\"a\",\"b\"]} | {\"required\":[\"b\",\"a\"]} | ",
                // what consumers of the old one, or messages of before, do not bear
                "{\"required\":[\"a\"]} | {\"required\":[\"a\",\"b\"]} | $.b would be required, which it was not",
                "{\"required\":[\"a\"]} | {} | $.a was required, which it would not be",
                "{\"properties\":{\"a\":{\"type\":\"integer\"}}} | {\"properties\":{\"a\":{\"type\":\"string\"}}} | $.a.type was \"integer\" and would be \"string\"",
                "{\"properties\":{\"a\":{}}} | {\"properties\":{\"a\":{\"minimum\":1}}} | $.a.minimum was not said and would be 1",
                "{\"enum\":[1,2]} | {\"enum\":[1,2,3]} | $.enum was [1,2] and would be [1,2,3]",
                "{\"items\":{\"required\":[\"a\"]}} | {\"items\":{\"required\":[]}} | $.items.a was required, which it would not be",
                "{\"$defs\":{\"x\":{\"type\":\"null\"}}} | {\"$defs\":{\"x\":{\"type\":\"array\"}}} | $.$defs.x.type was",
                "{\"properties\":{\"a\":{}},\"additionalProperties\":false} | {\"properties\":{},\"additionalProperties\":false} | $.a would be gone",
                "{} | {\"additionalProperties\":false} | $.additionalProperties was not said and would be false"
            })
    void aSchemaFollowsAnotherIfBothUnderstandTheMessagesOfBoth(String older, String newer, String said) {
        String told = schemas.incompatibility(older, newer);
        if (said == null) {
            assertNull(told);
        } else {
            assertTrue(told != null && told.contains(said), told);
        }
        assertNull(schemas.incompatibility(newer, newer));
        assertEquals(schemas.incompatibility(older, older), null);
    }
}

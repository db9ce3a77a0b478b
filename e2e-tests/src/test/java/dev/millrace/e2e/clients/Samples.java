package dev.millrace.e2e.clients;

import static dev.millrace.e2e.clients.Notation.array;
import static dev.millrace.e2e.clients.Notation.described;
import static dev.millrace.e2e.clients.Notation.list;
import static dev.millrace.e2e.clients.Notation.map;
import static dev.millrace.e2e.clients.Notation.of;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Messages of every shape: each type of AMQP as a body and as an application property, each section, several of them. */
final class Samples {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<ClientKind> ALL = EnumSet.allOf(ClientKind.class);
    private static final Set<ClientKind> ALL_BUT_JMS = EnumSet.complementOf(EnumSet.of(ClientKind.JMS));
    /** JMS has no such values: Qpid JMS shows them as something else, or not at all. */
    private static final Set<String> NOT_FOR_JMS = Set.of("symbol", "binary", "null");

    private static final Map<String, JsonNode> SIMPLE = simpleValues();
    private static final List<Sample> SAMPLES = samples();

    /**
     * A message.
     *
     * @param name what is special about it
     * @param note as {@link MessageNotation} writes it
     * @param senders whose users can say it
     * @param receivers whose users can read it
     */
    record Sample(String name, JsonNode note, Set<ClientKind> senders, Set<ClientKind> receivers) {

        @Override
        public String toString() {
            return name;
        }
    }

    private Samples() {}

    /** What the one can say and the other can read. */
    static List<Sample> between(ClientKind sender, ClientKind receiver) {
        return SAMPLES.stream()
                .filter(sample -> sample.senders.contains(sender) && sample.receivers.contains(receiver))
                .toList();
    }

    /** A text for the address in {@code to} of an anonymous link, or null. */
    static ObjectNode text(String text, String to) {
        ObjectNode note = JSON.objectNode();
        if (to != null) {
            note.putObject("properties").set("to", of("string", to));
        }
        note.putArray("body").addObject().set("value", of("string", text));
        return note;
    }

    private static Map<String, JsonNode> simpleValues() {
        var values = new LinkedHashMap<String, JsonNode>();
        values.put("null", JSON.arrayNode().add("null"));
        String[][] simple = {
            {"boolean", "true"},
            {"boolean", "false"},
            {"ubyte", "200"},
            {"ushort", "60000"},
            {"uint", "0"},
            {"uint", "200"},
            {"uint", "4000000000"},
            {"ulong", "0"},
            {"ulong", "200"},
            {"ulong", "18446744073709551615"},
            {"byte", "-100"},
            {"short", "-30000"},
            {"int", "-1"},
            {"int", "-2000000000"},
            {"long", "7"},
            {"long", "-9223372036854775808"},
            {"float", "3fc00000"},
            {"double", "c004000000000000"},
            {"decimal32", "2238009a"},
            {"decimal64", "2234000000000123"},
            {"decimal128", "22080000000000000000000000000456"},
            {"char", "8364"},
            {"timestamp", "1700000000123"},
            {"uuid", "00112233-4455-6677-8899-aabbccddeeff"},
            {"binary", "00ff10"},
            {"string", "Grüße 🙂"},
            {"symbol", "a-symbol"},
        };
        for (String[] each : simple) {
            values.put(each[0] + " " + each[1], of(each[0], each[1]));
        }
        values.put("string of 5,000", of("string", "long ".repeat(1_000)));
        return values;
    }

    private static List<Sample> samples() {
        var samples = new ArrayList<Sample>();
        SIMPLE.forEach((name, value) -> samples.add(value(name, value)));
        samples.addAll(compounds());
        samples.addAll(bodies());
        samples.addAll(properties());
        return List.copyOf(samples);
    }

    private static Sample value(String name, JsonNode value) {
        String type = value.get(0).asText();
        // Proton's message without a body and one whose body is null are the same to its users.
        Set<ClientKind> senders =
                type.equals("null") ? EnumSet.of(ClientKind.VERTX, ClientKind.RHEA) : EnumSet.copyOf(ALL_BUT_JMS);
        if (type.equals("string")) {
            senders.add(ClientKind.JMS);
        }
        return sample("value: " + name, body("value", value), senders, NOT_FOR_JMS.contains(type) ? ALL_BUT_JMS : ALL);
    }

    private static List<Sample> compounds() {
        JsonNode everything = list(SIMPLE.values().toArray(new JsonNode[0]));
        JsonNode nested = map(
                of("string", "list"), list(of("int", "1"), list(), of("string", "two")),
                of("string", "map"), map(of("string", "deep"), of("boolean", "true")));
        JsonNode keys = map(of("ulong", "1"), of("string", "ulong"), of("symbol", "s"), of("string", "symbol"));
        JsonNode point = list(described(of("symbol", "shop:point"), list(of("int", "1"), of("int", "2"))));
        return List.of(
                sample("value: list of every simple type", body("value", everything), ALL, ALL),
                sample("value: empty list", body("value", list()), ALL, ALL),
                sample("value: nested map", body("value", nested), ALL, ALL),
                sample("value: map with keys of any type", body("value", keys), ALL_BUT_JMS, ALL_BUT_JMS),
                sample("value: array of int", body("value", array("int", "1", "-70000")), ALL_BUT_JMS, ALL_BUT_JMS),
                sample("value: array of string", body("value", array("string", "a", "b")), ALL_BUT_JMS, ALL_BUT_JMS),
                sample("value: array of symbol", body("value", array("symbol", "a", "b")), ALL_BUT_JMS, ALL_BUT_JMS),
                sample("value: list with a described one", body("value", point), ALL_BUT_JMS, ALL_BUT_JMS));
    }

    private static List<Sample> bodies() {
        byte[] large = new byte[100_000];
        new Random(7).nextBytes(large);
        ObjectNode severalData = JSON.objectNode();
        severalData
                .putArray("body")
                .add(JSON.objectNode().put("data", "01"))
                .add(JSON.objectNode().put("data", ""))
                .add(JSON.objectNode().put("data", "0203"));
        ObjectNode severalSequences = JSON.objectNode();
        severalSequences
                .putArray("body")
                .add(JSON.objectNode().set("sequence", list(of("int", "1"))))
                .add(JSON.objectNode().set("sequence", list(of("string", "two"), of("long", "3"))));
        JsonNode sequence = list(of("int", "1"), of("string", "two"), list(of("double", "4008000000000000")));
        // The messages of the other libraries hold one section; these two show the bytes of what they receive.
        Set<ClientKind> ofSeveralSections = EnumSet.of(ClientKind.RHEA);
        Set<ClientKind> whoShowBytes = EnumSet.of(ClientKind.RHEA, ClientKind.PROTON);
        return List.of(
                sample("data", body("data", JSON.textNode("00ff80")), ALL, ALL),
                sample("data: empty", body("data", JSON.textNode("")), ALL, ALL),
                sample(
                        "data: 100,000 bytes",
                        body("data", JSON.textNode(HexFormat.of().formatHex(large))),
                        ALL,
                        ALL),
                sample("data: three sections", severalData, ofSeveralSections, whoShowBytes),
                sample("sequence", body("sequence", sequence), ALL_BUT_JMS, ALL_BUT_JMS),
                sample("sequence: two sections", severalSequences, ofSeveralSections, whoShowBytes));
    }

    private static List<Sample> properties() {
        var all = new ArrayList<JsonNode>();
        var ofJms = new ArrayList<JsonNode>();
        SIMPLE.forEach((name, value) -> {
            JsonNode key = of("string", "p" + all.size());
            all.addAll(List.of(key, value));
            if (Set.of("boolean", "byte", "short", "int", "long", "float", "double", "string")
                    .contains(value.get(0).asText())) {
                ofJms.addAll(List.of(key, value));
            }
        });
        var samples = new ArrayList<>(List.of(
                applicationProperties("of every simple type", all, ALL_BUT_JMS, ALL_BUT_JMS),
                applicationProperties("of the types of JMS", ofJms, ALL, ALL),
                sample("all sections", sections(true), EnumSet.of(ClientKind.VERTX, ClientKind.RHEA), ALL),
                sample("all sections but the footer", sections(false), ALL_BUT_JMS, ALL)));
        ObjectNode jms = body("value", of("string", "text"));
        jms.putObject("header").set("priority", of("ubyte", "9"));
        ((ObjectNode) jms.get("header")).set("durable", of("boolean", "false"));
        jms.putObject("properties").set("subject", of("string", "order.placed"));
        ((ObjectNode) jms.get("properties")).set("group-id", of("string", "key"));
        ((ObjectNode) jms.get("properties")).set("correlation-id", of("string", "c-1"));
        samples.add(sample("header and properties as JMS has them", jms, ALL, ALL));
        for (String[] id : new String[][] {
            {"ulong", "18446744073709551615"},
            {"uuid", "00112233-4455-6677-8899-aabbccddeeff"},
            {"binary", "0102"},
            {"string", "text"}
        }) {
            ObjectNode note = body("value", of("string", "with a message id"));
            note.putObject("properties").set("message-id", of(id[0], id[1]));
            ((ObjectNode) note.get("properties")).set("correlation-id", of(id[0], id[1]));
            samples.add(sample("message-id: " + id[0], note, ALL_BUT_JMS, ALL));
        }
        return samples;
    }

    private static Sample applicationProperties(
            String name, List<JsonNode> entries, Set<ClientKind> senders, Set<ClientKind> receivers) {
        ObjectNode note = body("value", of("string", "with application properties"));
        note.set("application-properties", map(entries.toArray(new JsonNode[0])));
        return sample("application properties: " + name, note, senders, receivers);
    }

    private static ObjectNode sections(boolean footer) {
        ObjectNode note = body("data", JSON.textNode("cafe"));
        ObjectNode header = note.putObject("header");
        header.set("durable", of("boolean", "true"));
        header.set("priority", of("ubyte", "7"));
        header.set("ttl", of("uint", "3600000"));
        note.set("delivery-annotations", map(of("symbol", "x-opt-hop"), of("int", "1")));
        note.set(
                "message-annotations",
                map(of("symbol", "x-opt-kept"), list(of("ulong", "1")), of("symbol", "x-opt-text"), of("string", "é")));
        ObjectNode properties = note.putObject("properties");
        properties.set("message-id", of("string", "id-1"));
        properties.set("user-id", of("binary", "757365"));
        properties.set("to", of("string", "somewhere"));
        properties.set("subject", of("string", "stock.reserved"));
        properties.set("reply-to", of("string", "answers"));
        properties.set("correlation-id", of("string", "c-2"));
        properties.set("content-type", of("symbol", "application/octet-stream"));
        properties.set("content-encoding", of("symbol", "identity"));
        properties.set("absolute-expiry-time", of("timestamp", "4102444800000"));
        properties.set("creation-time", of("timestamp", "1700000000000"));
        properties.set("group-id", of("string", "order-1"));
        properties.set("group-sequence", of("uint", "3"));
        properties.set("reply-to-group-id", of("string", "order-2"));
        note.set("application-properties", map(of("string", "traceparent"), of("string", "00-abc-def-01")));
        if (footer) {
            note.set("footer", map(of("symbol", "x-sum"), of("uint", "77")));
        }
        return note;
    }

    private static ObjectNode body(String section, JsonNode content) {
        ObjectNode note = JSON.objectNode();
        note.putArray("body").addObject().set(section, content);
        return note;
    }

    private static Sample sample(String name, JsonNode note, Set<ClientKind> senders, Set<ClientKind> receivers) {
        return new Sample(name, note, Set.copyOf(senders), Set.copyOf(receivers));
    }
}

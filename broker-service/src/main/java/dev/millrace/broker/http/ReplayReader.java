package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.ReplayRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what somebody wants to be replayed. */
final class ReplayReader {

    static final String ORIGIN = "origin";

    private static final int MAX_RATE = 1_000_000;

    private ReplayReader() {}

    /**
     * @param body null for a replay of everything
     * @throws InvalidBodyException with all that is wrong
     */
    static ReplayRequest read(String source, JsonNode body, String actor) {
        JsonFields fields = JsonFields.of(body);
        ReplayRequest.Select select = select(fields.object("select"));
        String target = target(fields);
        JsonNode patch = fields.node("patch");
        ReplayRequest request = new ReplayRequest(
                source,
                select,
                target,
                patch == null ? null : patch.toString(),
                (int) fields.wholeNumber("ratePerSecond", 1, MAX_RATE, 0),
                fields.bool("dryRun", false),
                fields.text("idempotencyKey"),
                (int) fields.wholeNumber("maxReplays", 0, Integer.MAX_VALUE, -1),
                fields.bool("canary", false),
                actor);
        fields.finish();
        return request;
    }

    private static ReplayRequest.Select select(JsonFields fields) {
        ReplayRequest.Select select = new ReplayRequest.Select(
                ids(fields),
                fields.text("selector"),
                reason(fields),
                fields.instant("from", 0),
                fields.instant("to", Long.MAX_VALUE),
                fields.wholeNumber("limit", 1, Long.MAX_VALUE, Long.MAX_VALUE));
        fields.checkUnknown();
        return select;
    }

    private static List<String> ids(JsonFields fields) {
        JsonNode node = fields.node("ids");
        if (node == null) {
            return null;
        }
        List<String> ids = new ArrayList<>();
        boolean texts = node.isArray();
        for (JsonNode id : node) {
            texts &= id.isTextual();
            ids.add(id.textValue());
        }
        if (!texts || ids.size() > ReplayRequest.Select.MAX_IDS) {
            fields.wrong(
                    "ids",
                    "must be an array of up to " + ReplayRequest.Select.MAX_IDS
                            + " ids of dead letters, such as [\"4-17\"], not " + JsonFields.shown(node));
            return null;
        }
        return ids;
    }

    private static Death.Reason reason(JsonFields fields) {
        String label = fields.text("reason");
        if (label == null) {
            return null;
        }
        for (Death.Reason reason : Death.Reason.values()) {
            if (reason.label().equals(label)) {
                return reason;
            }
        }
        fields.wrong(
                "reason",
                "must be one of "
                        + Stream.of(Death.Reason.values())
                                .map(Death.Reason::label)
                                .collect(Collectors.joining(", "))
                        + ", not " + label);
        return null;
    }

    /** Null for the origin. */
    private static String target(JsonFields fields) {
        JsonNode node = fields.node("target");
        if (node == null || ORIGIN.equals(node.textValue())) {
            return null;
        }
        if (!node.isObject()) {
            fields.wrong("target", "must be \"origin\" or {\"address\": …}, not " + JsonFields.shown(node));
            return null;
        }
        JsonFields target = fields.object("target");
        String address = target.text("address");
        target.checkUnknown();
        if (address == null) {
            target.wrong("address", "is missing; expected a queue, a topic, or topic::subscription");
        }
        return address;
    }
}

package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;

/** What the broker itself says of its queues. */
record BrokerView(Millrace system) {

    /** Messages that are not settled. */
    long depth(String queue) {
        return queue(queue).get("depth").asLong();
    }

    /** Messages that a consumer holds. */
    long inFlight(String queue) {
        return queue(queue).get("inFlight").asLong();
    }

    private JsonNode queue(String queue) {
        return system.http(Part.BROKER).get("/api/queues/" + queue).expect(200).body();
    }
}

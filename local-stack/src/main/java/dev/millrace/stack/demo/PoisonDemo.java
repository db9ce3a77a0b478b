package dev.millrace.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stack.PartsHttp.Answer;
import dev.millrace.stack.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One product's orders cannot be handled: dead letters with their reasons, and a replay to the one that gave up. */
final class PoisonDemo implements Script {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ORDERS = 3;
    private static final String SOURCE = "orders::inventory";
    private static final String MESSAGES = "/api/dead-letters/" + SOURCE + "/messages";
    private static final String REPLAYS = "/api/dead-letters/" + SOURCE + "/replays";

    private final DemoSystem system;
    private final Story story;
    private final Shop shop;
    private final Broker broker;
    private final List<String> messageIds = new ArrayList<>();

    PoisonDemo(DemoSystem system, Story story) {
        this.system = system;
        this.story = story;
        this.shop = new Shop(system);
        this.broker = new Broker(system);
    }

    @Override
    public void run() throws InterruptedException {
        String cup = shop.newProduct("cup", 100);
        String jug = shop.newProduct("jug", 100);
        String reason = "the shelf of " + jug + " has collapsed";
        List<Placed> good = new ArrayList<>();
        List<Placed> poisoned = new ArrayList<>();
        try {
            breakOrdersOf(jug, reason);
            story.step("Customers order both, in turns");
            for (int i = 0; i < ORDERS; i++) {
                poisoned.add(shop.place(jug, 1));
                good.add(shop.place(cup, 1));
            }
            story.see("%d orders of each are accepted", ORDERS);
            shop.awaitConfirmed(good);
            story.see("those of %s are CONFIRMED", cup);
            List<JsonNode> deadLetters = deadLetters(poisoned, reason);
            mend(jug);
            replay(deadLetters);
        } finally {
            mended(jug);
        }
        story.step("The orders complete");
        shop.awaitConfirmed(poisoned);
        story.see("those of %s are CONFIRMED, too", jug);
        List<Placed> all = new ArrayList<>(good);
        all.addAll(poisoned);
        var audit = new Audit(shop, story);
        audit.awaitSettled(all);
        story.check(
                shop.reserved(cup) == ORDERS && shop.reserved(jug) == ORDERS,
                "stock is reserved once for each order",
                "%d and %d units for %d orders each",
                shop.reserved(cup),
                shop.reserved(jug),
                ORDERS);
        audit.notifications(all);
        checkHistories();
    }

    private void breakOrdersOf(String sku, String reason) throws InterruptedException {
        story.step("The handling of one of two products is broken, in inventory-service");
        ObjectNode fault = Broker.object().put("kind", "PERMANENT").put("message", reason);
        story.call("PUT", "/faults/" + sku, fault.toString());
        Answer answer = system.http().send("PUT", Port.INVENTORY_HTTP, "/faults/" + sku, fault);
        if (answer.status() == 404) {
            throw new DemoFailure(
                    "This inventory-service has no switch for faults: start it with INVENTORY_FAULTS=true (./millrace up"
                            + " does), or use --fresh.");
        }
        Shop.expectOk(answer);
    }

    /** A replay goes to who gave up; the topic's other subscribers must not see it. */
    private void checkHistories() throws InterruptedException {
        long elsewhere = 0;
        long here = 0;
        for (String messageId : messageIds) {
            List<JsonNode> life = broker.items("/api/messages/" + messageId + "/history");
            elsewhere += deliveries(life, "orders::notification");
            here += deliveries(life, SOURCE);
        }
        int events = messageIds.size();
        story.check(
                elsewhere == events && here == 2L * events,
                "the replay went to " + SOURCE + " alone",
                "%d events: delivered %d times to orders::notification, %d times to %s",
                events,
                elsewhere,
                here,
                SOURCE);
    }

    private static long deliveries(List<JsonNode> life, String destination) {
        return life.stream()
                .filter(moment -> moment.path("event").asText().equals("delivered"))
                .filter(moment -> moment.path("destination").asText().equals(destination))
                .count();
    }

    private List<JsonNode> deadLetters(List<Placed> poisoned, String reason) throws InterruptedException {
        story.step("The events of the others are among the dead letters, each with its reason");
        story.call("GET", MESSAGES, "");
        Set<String> keys = poisoned.stream().map(Placed::id).collect(Collectors.toSet());
        List<JsonNode> found = Waiting.seeing("the dead letters of " + poisoned.size() + " orders", LIMIT, () -> {
            List<JsonNode> ours = broker.items(MESSAGES).stream()
                    .filter(letter -> keys.contains(letter.path("groupId").asText()))
                    .toList();
            return ours.size() >= keys.size() ? Optional.of(ours) : Optional.empty();
        });
        for (JsonNode letter : found) {
            messageIds.add(letter.path("messageId").asText());
            story.see(
                    "%s of order %s: %s, %s",
                    letter.path("subject").asText(),
                    letter.path("groupId").asText(),
                    letter.path("reason").asText(),
                    letter.path("description").asText());
        }
        long telling = found.stream()
                .filter(letter -> letter.path("reason").asText().equals("rejected"))
                .filter(letter -> letter.path("description").asText().contains("PermanentFailure: " + reason))
                .count();
        story.check(
                telling == poisoned.size() && found.size() == poisoned.size(),
                "each dead letter says why: class and message",
                "%d of %d",
                telling,
                found.size());
        List<Placed> waiting = shop.having("PENDING", poisoned);
        story.see("their orders wait: %d are PENDING", waiting.size());
        story.check(
                waiting.size() == poisoned.size(),
                "others complete while the poisoned ones wait",
                "%d wait, the others are CONFIRMED",
                waiting.size());
        return found;
    }

    private void mend(String sku) throws InterruptedException {
        story.step("The fault is mended");
        story.call("DELETE", "/faults/" + sku, "");
        mended(sku);
    }

    private void mended(String sku) throws InterruptedException {
        system.http().send("DELETE", Port.INVENTORY_HTTP, "/faults/" + sku, null);
    }

    private void replay(List<JsonNode> deadLetters) throws InterruptedException {
        ObjectNode request = Broker.object().put("target", "origin");
        ArrayNode ids = request.putObject("select").putArray("ids");
        deadLetters.forEach(letter -> ids.add(letter.path("id").asText()));

        story.step("A dry run says what a replay would do, and does nothing");
        ObjectNode dry = request.deepCopy().put("dryRun", true);
        story.call("POST", REPLAYS, dry.toString());
        JsonNode planned = broker.call("POST", REPLAYS, dry);
        story.see(
                "%d selected, %d replayed",
                planned.path("selected").asInt(), planned.path("replayed").asInt());
        long still = ours(deadLetters);
        story.check(
                planned.path("selected").asInt() == deadLetters.size() && still == deadLetters.size(),
                "a dry run counts and moves nothing",
                "%d selected, %d still there",
                planned.path("selected").asInt(),
                still);

        story.step("The replay, to " + SOURCE + " alone; asked for twice with the same key, it is one job");
        ObjectNode real = request.deepCopy().put("idempotencyKey", shop.run());
        story.call("POST", REPLAYS, real.toString());
        Answer started = broker.answer("POST", REPLAYS, real);
        String id = started.body().path("id").asText();
        String again = broker.call("POST", REPLAYS, real).path("id").asText();
        JsonNode job = Waiting.seeing("replay " + id + " ends", LIMIT, () -> {
            JsonNode now = broker.call("GET", "/api/replays/" + id, null);
            boolean runs =
                    Set.of("RUNNING", "PAUSED").contains(now.path("state").asText());
            return runs ? Optional.empty() : Optional.of(now);
        });
        story.see(
                "replay %s is %s: %d selected, %d replayed, %d failed",
                id,
                job.path("state").asText(),
                job.path("selected").asInt(),
                job.path("replayed").asInt(),
                job.path("failed").asInt());
        story.check(
                job.path("state").asText().equals("COMPLETED")
                        && job.path("replayed").asInt() == deadLetters.size()
                        && job.path("failed").asInt() == 0
                        && again.equals(id),
                "one replay takes all that were selected",
                "%s, %d replayed",
                job.path("state").asText(),
                job.path("replayed").asInt());
    }

    private long ours(List<JsonNode> deadLetters) throws InterruptedException {
        Set<String> ids =
                deadLetters.stream().map(letter -> letter.path("id").asText()).collect(Collectors.toSet());
        return broker.items(MESSAGES).stream()
                .filter(letter -> ids.contains(letter.path("id").asText()))
                .count();
    }
}

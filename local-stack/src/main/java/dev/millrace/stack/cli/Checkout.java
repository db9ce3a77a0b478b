package dev.millrace.stack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stack.PartsHttp.Answer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One order, watched from the outside until its mail is there. All steps are watched at the same time, because some
 * overtake others on the way; they are printed in the order of the story, each with the time when it was first seen.
 */
final class Checkout {
    private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(5).toNanos();

    private final ShopClient shop;
    private final Terminal terminal;
    private final Request request;
    private long placedAt;

    /** What is ordered, by whom, and how long to wait for each step. */
    record Request(String sku, int quantity, String name, String email, Duration limit) {}

    /** Looks once; empty if it is not so far yet. */
    @FunctionalInterface
    private interface Look {
        Optional<String> see() throws InterruptedException;
    }

    /** What was seen, and how long after the order was sent. */
    private record Seen(String what, long afterMillis) {}

    Checkout(ShopClient shop, Terminal terminal, Request request) {
        this.shop = shop;
        this.terminal = terminal;
        this.request = request;
    }

    /**
     * Places the order and returns when the mail has arrived.
     *
     * @throws CheckoutFailure if it does not go through
     */
    void run() throws InterruptedException {
        Set<String> earlierMails = mailIds();
        placedAt = System.nanoTime();
        Answer placed = shop.placeOrder(body(), UUID.randomUUID().toString());
        if (!placed.isOk()) {
            throw new CheckoutFailure(
                    "The order was not accepted (HTTP status %d): %s.".formatted(placed.status(), placed.problem()));
        }
        String id = placed.body().path("id").asText();
        print("order-service", new Seen(describe(placed.body()), sincePlaced()));
        try (ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor()) {
            var decided = watch(watchers, "the decision on the order", () -> decision(id));
            var reserved = watch(watchers, "the reservation", () -> reservation(id, decided));
            var notified = watch(watchers, "the notification", () -> notification(id));
            var mailed = watch(watchers, "the mail", () -> mail(earlierMails));
            try {
                print("inventory-service", await(reserved));
                print("order-service", await(decided));
                print("notification-service", await(notified));
                print("mailbox", await(mailed));
            } finally {
                watchers.shutdownNow();
            }
        }
    }

    private JsonNode body() {
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.putObject("customer").put("name", request.name()).put("email", request.email());
        order.putArray("lines").addObject().put("sku", request.sku()).put("quantity", request.quantity());
        return order;
    }

    private Optional<String> decision(String id) throws InterruptedException {
        JsonNode order = shop.order(id).body();
        String reason = order.path("reason").asText("");
        return switch (order.path("status").asText()) {
            case "CONFIRMED" -> Optional.of("CONFIRMED");
            case "REJECTED", "CANCELLED" ->
                throw new CheckoutFailure("The order was %s because of %s; nothing was reserved."
                        .formatted(order.path("status").asText(), reason.isEmpty() ? "no stated reason" : reason));
            default -> Optional.empty();
        };
    }

    private Optional<String> reservation(String id, CompletableFuture<Seen> decided) throws InterruptedException {
        // Asked for once more after the decision: it was there before that.
        boolean isDecided = decided.isCompletedExceptionally();
        Answer answer = shop.reservation(id);
        if (answer.isOk()) {
            return Optional.of("reservation " + describeReservation(answer.body()));
        }
        if (isDecided) {
            decided.join(); // no use to wait for what will not come
        }
        return Optional.empty();
    }

    private static String describeReservation(JsonNode reservation) {
        String shortages = reservation
                .path("lines")
                .valueStream()
                .filter(line -> line.path("available").isNumber())
                .map(line -> "%s: %d wanted, %d available"
                        .formatted(
                                line.path("sku").asText(),
                                line.path("quantity").asLong(),
                                line.path("available").asLong()))
                .collect(Collectors.joining(", "));
        String status = reservation.path("status").asText();
        return shortages.isEmpty() ? status : status + " (" + shortages + ")";
    }

    private Optional<String> notification(String id) throws InterruptedException {
        for (JsonNode notification : shop.notifications(id).body()) {
            if (notification.path("kind").asText().equals("ORDER_CONFIRMED")) {
                return switch (notification.path("status").asText()) {
                    case "SENT" ->
                        Optional.of("ORDER_CONFIRMED SENT to "
                                + notification.path("recipient").asText());
                    case "FAILED" ->
                        throw new CheckoutFailure(
                                "The order is confirmed, but its mail could not be sent: see notification-service's log.");
                    default -> Optional.empty();
                };
            }
        }
        return Optional.empty();
    }

    private Optional<String> mail(Set<String> earlierMails) throws InterruptedException {
        for (JsonNode mail : shop.mailsTo(request.email()).body().path("messages")) {
            if (!earlierMails.contains(mail.path("ID").asText())) {
                return Optional.of("\"" + mail.path("Subject").asText() + "\"");
            }
        }
        return Optional.empty();
    }

    private Set<String> mailIds() throws InterruptedException {
        Set<String> ids = new HashSet<>();
        for (JsonNode mail : shop.mailsTo(request.email()).body().path("messages")) {
            ids.add(mail.path("ID").asText());
        }
        return ids;
    }

    private CompletableFuture<Seen> watch(ExecutorService watchers, String what, Look look) {
        return CompletableFuture.supplyAsync(() -> seen(what, look), watchers);
    }

    private Seen seen(String what, Look look) {
        try {
            while (sincePlaced() < request.limit().toMillis()) {
                Optional<String> seen = look.see();
                if (seen.isPresent()) {
                    return new Seen(seen.get(), sincePlaced());
                }
                LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            }
            throw new CheckoutFailure(
                    "%s did not come within %d s: see the log of ./millrace up for the part that hangs."
                            .formatted(
                                    what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1),
                                    request.limit().toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckoutFailure("The checkout was interrupted.");
        }
    }

    private static Seen await(CompletableFuture<Seen> step) {
        try {
            return step.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CheckoutFailure failure ? failure : e;
        }
    }

    private static String describe(JsonNode order) {
        return "order %s placed: %s, %s %s"
                .formatted(
                        order.path("id").asText(),
                        order.path("status").asText(),
                        order.path("total").asText(),
                        order.path("currency").asText());
    }

    private long sincePlaced() {
        return Duration.ofNanos(System.nanoTime() - placedAt).toMillis();
    }

    private void print(String part, Seen seen) {
        terminal.block("%6d ms  %-21s %s".formatted(seen.afterMillis(), part, seen.what()));
    }
}

package dev.millrace.stack.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Compares what customers were told with orders, stock, notifications and mails: nothing lost, nothing done twice. */
final class Audit {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Shop shop;
    private final Story story;
    private final Map<String, String> status = new HashMap<>();

    Audit(Shop shop, Story story) {
        this.shop = shop;
        this.story = story;
    }

    /** Waits until none of the orders is pending; tells how many there are of each status. */
    void awaitSettled(List<Placed> orders) throws InterruptedException {
        for (Placed order : orders) {
            status.put(order.id(), Waiting.seeing("order " + order.id() + " is settled", LIMIT, () -> {
                String now = shop.status(order);
                return now.isEmpty() || now.equals("PENDING") ? Optional.empty() : Optional.of(now);
            }));
        }
        story.see("every order is settled: %s", byStatus());
    }

    /** After {@link #awaitSettled}: all that can be counted. */
    void check(String sku, List<Placed> orders) throws InterruptedException {
        long confirmed = status.values().stream().filter("CONFIRMED"::equals).count();
        // On a machine that is very busy some time out; that is an end, too, and the customer is told.
        story.check(
                status.size() == orders.size() && confirmed > orders.size() / 2,
                "every order that was accepted comes to its end",
                "%d accepted, %s",
                orders.size(),
                byStatus());
        stock(sku, orders);
        notifications(orders);
    }

    private void stock(String sku, List<Placed> orders) throws InterruptedException {
        long wanted = orders.stream()
                .filter(order -> status.get(order.id()).equals("CONFIRMED"))
                .mapToLong(Placed::quantity)
                .sum();
        long reserved = shop.reserved(sku);
        story.check(
                reserved == wanted,
                "stock is reserved once for each order",
                "%d units confirmed, %d reserved",
                wanted,
                reserved);
    }

    /** One notification and one mail for each order that was confirmed; one more, at most, if it was cancelled. */
    void notifications(List<Placed> orders) throws InterruptedException {
        var wrong = new ArrayList<String>();
        long notified = 0;
        for (Placed order : orders) {
            List<String> kinds = shop.awaitSent(order);
            notified += kinds.size();
            if (!isRight(order, kinds)) {
                wrong.add(order.id() + " has " + kinds);
            }
        }
        story.check(
                wrong.isEmpty(),
                "one notification for each order",
                wrong.isEmpty() ? notified + " for " + orders.size() + " orders" : String.join("; ", wrong));
        mails(notified);
    }

    private boolean isRight(Placed order, List<String> kinds) {
        return switch (status.getOrDefault(order.id(), "CONFIRMED")) {
            case "CONFIRMED" -> kinds.equals(List.of("ORDER_CONFIRMED"));
            case "CANCELLED" ->
                kinds.equals(List.of("ORDER_CANCELLED")) || kinds.equals(List.of("ORDER_CANCELLED", "ORDER_CONFIRMED"));
            default -> false;
        };
    }

    /** A mail whose "250 OK" came too late is sent again, as the same mail: a mail server takes part in no transaction. */
    private void mails(long notified) throws InterruptedException {
        List<String> mails = shop.mails();
        int different = Set.copyOf(mails).size();
        story.check(
                different == notified,
                "one e-mail for each notification",
                "%d, of which the mail server was given %d once more",
                different,
                mails.size() - different);
    }

    private Map<String, Long> byStatus() {
        return status.values().stream()
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }
}

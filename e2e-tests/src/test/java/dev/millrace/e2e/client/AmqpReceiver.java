package dev.millrace.e2e.client;

import io.vertx.proton.ProtonLinkOptions;
import io.vertx.proton.ProtonReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A receiving link whose deliveries the test settles itself; each settlement gives the broker one credit more. */
public final class AmqpReceiver {
    private final AmqpClient client;
    private final ProtonReceiver link;
    private volatile String address;
    private final BlockingQueue<AmqpDelivery> deliveries;

    private AmqpReceiver(AmqpClient client, ProtonReceiver link, String address, int credit) {
        this.client = client;
        this.link = link;
        this.address = address;
        this.deliveries = new LinkedBlockingQueue<>(credit);
    }

    static AmqpReceiver open(AmqpClient client, String address, int credit) {
        var opened = client.expect(new CompletableFuture<AmqpReceiver>());
        client.onLoop(() -> {
            ProtonReceiver link =
                    client.connection().createReceiver(address, new ProtonLinkOptions().setDynamic(address == null));
            var receiver = new AmqpReceiver(client, link, address, credit);
            link.setPrefetch(0).setAutoAccept(false);
            link.handler(
                    (delivery, message) -> receiver.deliveries.add(new AmqpDelivery(client, link, delivery, message)));
            link.openHandler(answer -> {
                if (answer.succeeded() && link.getRemoteSource() != null) {
                    receiver.address = link.getRemoteSource().getAddress();
                    link.flow(credit);
                    opened.complete(receiver);
                }
            });
            link.detachHandler(answer -> opened.completeExceptionally(refusal(answer.cause())));
            link.closeHandler(answer -> opened.completeExceptionally(refusal(answer.cause())));
            link.open();
        });
        return AmqpClient.get(opened);
    }

    private static RuntimeException refusal(Throwable cause) {
        return new IllegalStateException("the broker refused the link: " + cause, cause);
    }

    /** The address that the broker attached. */
    public String address() {
        return address;
    }

    /** Lets so many more deliveries come. */
    public void addCredit(int more) {
        client.onLoop(() -> link.flow(more));
    }

    /** Gives the credit that the broker cannot use now back; answers how many deliveries wait to be taken then. */
    public int drain() {
        var drained = client.expect(new CompletableFuture<Void>());
        client.onLoop(() -> link.drain(AmqpClient.ANSWER_LIMIT.toMillis(), answer -> {
            if (answer.succeeded()) {
                drained.complete(null);
            } else {
                drained.completeExceptionally(answer.cause());
            }
        }));
        AmqpClient.get(drained);
        return deliveries.size();
    }

    /** The next delivery, if one comes within the limit. */
    public Optional<AmqpDelivery> poll(Duration limit) {
        try {
            return Optional.ofNullable(deliveries.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a delivery", e);
        }
    }

    /**
     * The next delivery.
     *
     * @throws AssertionError if none comes in time
     */
    public AmqpDelivery next() {
        return poll(AmqpClient.ANSWER_LIMIT)
                .orElseThrow(() ->
                        new AssertionError("nothing came from " + address + " within " + AmqpClient.ANSWER_LIMIT));
    }

    /** Accepts everything until nothing comes for this long; returns it. */
    public List<AmqpDelivery> acceptUntilQuiet(Duration quiet) {
        var all = new ArrayList<AmqpDelivery>();
        for (var next = poll(quiet); next.isPresent(); next = poll(quiet)) {
            next.get().accept();
            all.add(next.get());
        }
        return all;
    }

    /** Ends the link, which leaves its unsettled deliveries to others. */
    public void close() {
        var closed = client.expect(new CompletableFuture<Void>());
        client.onLoop(() -> {
            link.closeHandler(answer -> closed.complete(null));
            link.close();
        });
        AmqpClient.get(closed);
    }
}

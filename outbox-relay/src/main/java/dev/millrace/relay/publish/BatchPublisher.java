package dev.millrace.relay.publish;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.proton.ProtonConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes batches for one source, one after the other: the next may follow before the one before it is done. Public
 * methods may be called from any thread; all else runs on one context.
 *
 * <p>It never gives up by itself: a lost connection, a lost link, missing credit and {@code released}, {@code modified}
 * or passing rejections are waited out, and what is not accepted yet is sent again in order. Messages that the broker
 * had stored before the connection broke are sent twice then; it knows them by their message-id.
 */
public final class BatchPublisher {
    /** Links kept at most; at the bound the idle ones are closed. Destinations are a handful; this guards against a bug. */
    static final int MAX_LINKS = 64;
    /** An attach refused with one of these that often in a row means that the address is wrong, not the time. */
    static final int MAX_REFUSED_ATTACHES = 5;

    private static final Set<String> LASTING_LINK_CONDITIONS =
            Set.of("amqp:not-found", "amqp:not-allowed", "amqp:unauthorized-access", "amqp:invalid-field");
    private static final long TICK_MILLIS = 100;
    /** Credit normally comes back within milliseconds; only longer waits are worth a change of state. */
    private static final int TICKS_WITHOUT_CREDIT = 5;

    private final Vertx vertx;
    private final Context context;
    private final BrokerSettings settings;
    private final BrokerConnection broker;
    private final Map<String, DestinationLink> links = new HashMap<>();
    private final DestinationLink.Listener linkListener = new LinkListener();

    private ProtonConnection connection;
    /** Batches that are not settled, in their order. */
    private final LinkedHashSet<Batch> underWay = new LinkedHashSet<>();

    private String lastRefusal;
    private int starvedTicks;
    private long lastProgressNanos = System.nanoTime();
    private boolean closed;

    private volatile PublisherHealth health = new PublisherHealth(PublisherHealth.Kind.NO_BROKER, "not connected yet");

    public BatchPublisher(Vertx vertx, BrokerSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        // One of its own: getOrCreateContext() gives all sources that one thread makes the same event loop.
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.broker = new BrokerConnection(vertx, context, settings, this::up, this::down);
    }

    /** Starts to connect. */
    public void start() {
        context.runOnContext(ignored -> {
            broker.connect();
            vertx.setPeriodic(TICK_MILLIS, this::tick);
        });
    }

    /** How it gets on; up to 100 ms old. */
    public PublisherHealth health() {
        return health;
    }

    /**
     * Starts to send, behind what was given before.
     *
     * @param messages not empty
     */
    public Batch publish(List<Outgoing> messages) {
        var starting = new Batch(List.copyOf(messages));
        context.runOnContext(ignored -> begin(starting));
        return starting;
    }

    /** Stops caring for all that is under way: nothing more of it is sent, and its outcomes are ignored. */
    public void abandon() {
        context.runOnContext(ignored -> {
            if (underWay.isEmpty()) {
                return;
            }
            underWay.clear();
            boolean sent = links.values().stream().anyMatch(DestinationLink::hasInFlight);
            links.values().forEach(DestinationLink::abandon);
            if (sent && !closed) {
                // What is on its way must not arrive after what is sent anew.
                broker.reconnect("batch given up");
            }
        });
    }

    /**
     * Takes back what waits for destinations that have settled nothing for so long while the broker was there. They
     * are sent no more, and count as withdrawn; of those on their way the outcome is unknown.
     */
    public void withdrawStuck(Duration limit) {
        context.runOnContext(ignored -> {
            if (connection == null) {
                return;
            }
            for (DestinationLink link : List.copyOf(links.values())) {
                if (link.stuckFor(limit)) {
                    boolean sent = link.hasInFlight();
                    List<Pending> back = link.withdraw();
                    if (sent) {
                        // Its late outcomes are of no interest, and the next attempt begins with a link of its own.
                        link.close();
                        links.remove(link.address());
                    }
                    for (Pending message : back) {
                        message.batch.withdrawn(message.index);
                        progress(message.batch);
                    }
                }
            }
        });
    }

    /** Closes the connection; done within about half a second. */
    public CompletableFuture<Void> close() {
        var done = new CompletableFuture<Void>();
        context.runOnContext(ignored -> {
            closed = true;
            broker.close();
            done.complete(null);
        });
        return done;
    }

    private void begin(Batch starting) {
        if (closed) {
            return;
        }
        if (underWay.isEmpty()) {
            starvedTicks = 0;
            lastProgressNanos = System.nanoTime();
            if (links.size() >= MAX_LINKS) {
                links.values().forEach(DestinationLink::close);
                links.clear();
            }
        }
        underWay.add(starting);
        for (int i = 0; i < starting.messages().size(); i++) {
            link(starting.messages().get(i).destination()).offer(new Pending(starting, i));
        }
        links.values().forEach(DestinationLink::pump);
    }

    private DestinationLink link(String destination) {
        DestinationLink link =
                links.computeIfAbsent(destination, address -> new DestinationLink(address, linkListener));
        if (connection != null && !link.attached()) {
            link.attach(connection);
        }
        return link;
    }

    private void up(ProtonConnection established) {
        connection = established;
        lastProgressNanos = System.nanoTime();
        links.values().removeIf(DestinationLink::idle); // attached again when they are needed
        links.values().forEach(link -> {
            link.waitAnew();
            link.attach(established);
        });
        assess();
    }

    private void down(String why) {
        connection = null;
        links.values().forEach(DestinationLink::connectionLost);
        health = new PublisherHealth(PublisherHealth.Kind.NO_BROKER, why);
    }

    private void tick(long timer) {
        if (closed) {
            vertx.cancelTimer(timer);
            return;
        }
        if (connection == null) {
            return;
        }
        boolean starved = links.values().stream().anyMatch(DestinationLink::starved);
        starvedTicks = starved ? starvedTicks + 1 : 0;
        assess();
        boolean stalled = !underWay.isEmpty()
                && !isWaitingForRetry()
                && System.nanoTime() - lastProgressNanos > settings.stallLimit().toNanos();
        if (stalled) {
            broker.reconnect("no outcome and no credit for " + settings.stallLimit());
        }
    }

    private void assess() {
        if (connection == null) {
            return;
        }
        if (isWaitingForRetry()) {
            health = new PublisherHealth(PublisherHealth.Kind.REFUSED, lastRefusal);
        } else if (starvedTicks >= TICKS_WITHOUT_CREDIT) {
            List<String> without = links.values().stream()
                    .filter(DestinationLink::starved)
                    .map(DestinationLink::address)
                    .sorted()
                    .toList();
            health = new PublisherHealth(PublisherHealth.Kind.NO_CREDIT, "no credit for " + without);
        } else {
            health = PublisherHealth.ok();
        }
    }

    private boolean isWaitingForRetry() {
        return underWay.stream().anyMatch(batch -> batch.waitingForRetry > 0);
    }

    private void progress(Batch of) {
        lastProgressNanos = System.nanoTime();
        if (of.settled()) {
            underWay.remove(of);
            starvedTicks = 0;
            assess();
        }
    }

    private void again(Batch of, long delayMillis, Runnable action) {
        of.waitingForRetry++;
        assess();
        vertx.setTimer(delayMillis, timer -> {
            if (underWay.contains(of)) {
                of.waitingForRetry--;
                action.run();
            }
        });
    }

    private final class LinkListener implements DestinationLink.Listener {
        @Override
        public void accepted(Pending message) {
            message.batch.accepted();
            progress(message.batch);
        }

        @Override
        public void refused(Pending message, Outcome.Never outcome) {
            message.batch.refused(new Refusal(message.index, outcome.condition(), outcome.description()));
            progress(message.batch);
        }

        @Override
        public void refusedForNow(Pending message, Outcome.Later outcome) {
            lastProgressNanos = System.nanoTime();
            message.refusals++;
            DestinationLink link = links.get(message.outgoing().destination());
            lastRefusal = "%s: %s (%s)".formatted(link.address(), outcome.description(), outcome.condition());
            again(message.batch, Backoff.millis(message.refusals), () -> link.retry(message));
        }

        @Override
        public void detached(DestinationLink link, String condition, String description) {
            lastProgressNanos = System.nanoTime();
            if (link.refusedAttaches() >= MAX_REFUSED_ATTACHES && LASTING_LINK_CONDITIONS.contains(condition)) {
                link.refuseAll(new Outcome.Never(condition, description));
            }
            if (link.idle()) {
                return; // attached again when it is needed; a refused one then gives up at the first refusal
            }
            lastRefusal = "link to %s: %s (%s)".formatted(link.address(), description, condition);
            again(link.oldest().batch, Backoff.millis(Math.max(1, link.refusedAttaches())), () -> {
                if (connection != null && !link.attached()) {
                    link.attach(connection);
                }
            });
        }
    }
}

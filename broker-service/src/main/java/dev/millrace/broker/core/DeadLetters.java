package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The operators' side of dead letters: what there is, and what is done about it. */
final class DeadLetters {

    private final Ledger ledger;
    private final Replaying replaying;
    private final AuditLog audit;
    private final Lives lives;
    private final Browsing browsing;

    DeadLetters(Ledger ledger, Replaying replaying, AuditLog audit, Lives lives) {
        this.ledger = ledger;
        this.replaying = replaying;
        this.audit = audit;
        this.lives = lives;
        browsing = new Browsing(ledger);
    }

    /** Starts a replay; the answer may come later. */
    <T> void replay(DeadLetterRequest.Replay replay, CompletableFuture<T> answer, long now) {
        @SuppressWarnings("unchecked") // the request says itself what it is answered with
        CompletableFuture<ReplayView> view = (CompletableFuture<ReplayView>) answer;
        replaying.start(replay.request(), view, now);
    }

    Object answer(DeadLetterRequest<?> request, long now) {
        return switch (request) {
            case DeadLetterRequest.Sources sources -> sources(now);
            case DeadLetterRequest.Look look -> look(look, now);
            case DeadLetterRequest.Discard discard -> discard(discard, now);
            case DeadLetterRequest.Replay replay -> throw new IllegalStateException("is answered by itself");
            case DeadLetterRequest.Replays replays -> replays();
            case DeadLetterRequest.InspectReplay inspect ->
                replaying.existing(inspect.id()).view();
            case DeadLetterRequest.SteerReplay steer -> replaying.steer(steer.id(), steer.state(), steer.actor(), now);
            case DeadLetterRequest.Audit read -> audit.page(read.after(), read.limit());
        };
    }

    private List<DeadLetterSource> sources(long now) {
        List<DeadLetterSource> sources = new ArrayList<>();
        for (Subscription subscription : ledger.topology.subscriptions()) {
            if (subscription.isDeadLetterQueue() && subscription.depth() > 0) {
                sources.add(source(subscription, now));
            }
        }
        return sources;
    }

    private DeadLetterSource source(Subscription deadLetters, long now) {
        Stream stream = deadLetters.stream;
        Map<Death.Reason, Long> reasons = new EnumMap<>(Death.Reason.class);
        for (Death.Reason reason : Death.Reason.values()) {
            if (stream.died[reason.ordinal()] > 0) {
                reasons.put(reason, stream.died[reason.ordinal()]);
            }
        }
        String source = deadLetters.name.substring(0, deadLetters.name.length() - Address.DEAD_LETTER_SUFFIX.length());
        return new DeadLetterSource(
                source,
                deadLetters.depth(),
                ledger.read(stream, deadLetters.settled.floor()).diedAt(),
                stream.arrivals.sample(stream.arrived, now) * 60,
                reasons);
    }

    private BrowsedMessage.Page look(DeadLetterRequest.Look look, long now) {
        Subscription deadLetters = deadLetters(look.source());
        if (deadLetters == null) {
            return new BrowsedMessage.Page(List.of(), -1);
        }
        Stream stream = deadLetters.stream;
        return browsing.page(stream, StartOffsets.find(ledger, stream, look.from()), look.limit(), now);
    }

    /** Null if the source is there and has had none. */
    private Subscription deadLetters(String source) {
        replaying.requireSource(source);
        return ledger.topology.subscription(source + Address.DEAD_LETTER_SUFFIX);
    }

    private Void discard(DeadLetterRequest.Discard discard, long now) {
        Subscription deadLetters = deadLetters(discard.source());
        MessageName name = MessageName.parse(discard.id());
        if (deadLetters == null
                || name.streamId() != deadLetters.stream.id
                || name.offset() >= deadLetters.stream.index.next()
                || deadLetters.settled.contains(name.offset())) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "'" + discard.source() + "' has no dead letter " + discard.id() + ", or has it no more.");
        }
        StoredMessage stored = ledger.read(deadLetters.stream, name.offset());
        for (InFlight delivery : deadLetters.inFlight.values()) {
            if (delivery.offset() == name.offset()) {
                throw new Destinations.Refusal(
                        BrokerError.Code.NOT_ALLOWED,
                        "Dead letter " + discard.id() + " is with a consumer of the dead-letter queue.");
            }
        }
        ledger.atomically(() -> {
            ledger.record(new Fact.Dropped(deadLetters.id, Fact.Dropped.Reason.DISCARDED, new long[] {name.offset()}));
            audit.note(
                    now,
                    discard.actor(),
                    "message.discard",
                    discard.id() + " " + discard.source() + " "
                            + stored.message().messageId(),
                    discard.reason(),
                    "discarded");
        });
        lives.discarded(stored.message().messageId(), deadLetters.name, discard.actor(), discard.reason(), now);
        return null;
    }

    private List<ReplayView> replays() {
        List<ReplayView> views = new ArrayList<>();
        ledger.replays.all().forEach(replay -> views.addFirst(replay.view()));
        return views;
    }
}

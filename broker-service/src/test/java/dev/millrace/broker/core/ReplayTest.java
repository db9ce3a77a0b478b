package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.ReplayRequest.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final QueueSettings TWO_ATTEMPTS =
            new QueueSettings(1_000, 2, new QueueSettings.Backoff(10, 1.0, 10, 0), 30_000);

    private BrokerFixture broker = new BrokerFixture();

    /** Lets messages die, each with its body as error. */
    private void kill(String source, String publishTo, String... bodies) {
        TestPublisher publisher = broker.publisher(publishTo);
        TestConsumer consumer = broker.consumer(source, bodies.length);
        for (String body : bodies) {
            publisher.publish(body);
        }
        for (Delivery delivery : List.copyOf(consumer.deliveries)) {
            consumer.settle(new Outcome.Rejected(new String(delivery.message().payload())), delivery);
        }
        consumer.detach();
        publisher.detach();
    }

    private static ReplayRequest all(String source) {
        return request(source, Select.ALL);
    }

    private static ReplayRequest request(String source, Select select) {
        return new ReplayRequest(source, select, null, null, 0, false, null, -1, false, "ada");
    }

    private static ReplayRequest with(
            ReplayRequest request, String patch, int rate, String key, int max, boolean canary) {
        return new ReplayRequest(
                request.source(), request.select(), request.target(), patch, rate, false, key, max, canary, "ada");
    }

    private static ReplayRequest to(String source, String target) {
        return new ReplayRequest(source, Select.ALL, target, null, 0, false, null, -1, false, "ada");
    }

    private ReplayView start(ReplayRequest request) {
        return broker.ask(new DeadLetterRequest.Replay(request));
    }

    private ReplayView dryRun(String source, Select select) {
        CompletableFuture<ReplayView> answer = new CompletableFuture<>();
        ReplayRequest request = new ReplayRequest(source, select, null, null, 0, true, null, -1, false, "ada");
        broker.execute(new Command.Administer<>(new DeadLetterRequest.Replay(request), answer));
        for (int i = 0; i < 1_000 && !answer.isDone(); i++) {
            broker.pass(1);
        }
        return answer.getNow(null);
    }

    private ReplayView now(ReplayView replay) {
        return broker.ask(new DeadLetterRequest.InspectReplay(replay.id()));
    }

    private ReplayView steer(ReplayView replay, ReplayView.State state) {
        return broker.ask(new DeadLetterRequest.SteerReplay(replay.id(), state, "grace"));
    }

    private ReplayView finish(ReplayView replay) {
        ReplayView view = now(replay);
        for (int i = 0; i < 10_000 && view.state() == ReplayView.State.RUNNING; i++) {
            broker.pass(1);
            view = now(replay);
        }
        return view;
    }

    private List<String> dead(String source) {
        return look(source).stream()
                .map(item -> new String(item.message().payload()))
                .toList();
    }

    private List<BrowsedMessage> look(String source) {
        return broker.ask(new DeadLetterRequest.Look(source, StartAt.EARLIEST, 1_000))
                .items();
    }

    private List<AuditEntry> audit() {
        return broker.ask(new DeadLetterRequest.Audit(-1, 1_000));
    }

    @Test
    void replayedMessageKeepsIdAndKeyHasNoFailedAttemptsAndIsNoLongerADeadLetter() {
        broker.queue("work", TWO_ATTEMPTS).start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 10);
        publisher.publish(BrokerFixture.message("a", "key", 0, 0));
        consumer.fail(0);
        broker.pass(10);
        consumer.fail(1);
        assertEquals(List.of("a"), dead("work"));

        ReplayView replay = finish(start(all("work")));

        assertEquals(ReplayView.State.COMPLETED, replay.state());
        assertEquals(List.of(1L, 1L, 0L), List.of(replay.selected(), replay.replayed(), replay.failed()));
        assertEquals(List.of("a", "a", "a"), consumer.bodies());
        Delivery again = consumer.last();
        assertEquals("a", again.message().messageId());
        assertEquals("key", again.message().orderingKey());
        assertEquals(0, again.failures());
        assertEquals(1, again.replays());
        assertEquals(List.of(), again.deaths());
        assertEquals(List.of(), dead("work"));

        consumer.fail(2);
        broker.pass(10);
        consumer.fail(3);
        BrowsedMessage deadAgain = look("work").getFirst();
        assertEquals(1, deadAgain.replays());
        assertEquals(2, deadAgain.deaths().size());
    }

    @Test
    void replayGoesToTheOneSubscriptionThatGaveUpAndIsSeenByNoOther() {
        broker.topic("orders", "inventory", "notification").start();
        kill("orders::inventory", "orders", "a", "b");
        TestConsumer other = broker.consumer("orders::notification", 10);
        TestConsumer passerBy = broker.consumer("orders", 10);
        other.acceptAll();

        finish(start(all("orders::inventory")));
        TestConsumer inventory = broker.consumer("orders::inventory", 10);
        broker.publisher("orders").publish("c");
        broker.ask(new AdminRequest.DeclareSubscription("orders", "late", StartAt.EARLIEST, QueueSettings.DEFAULT));
        TestConsumer late = broker.consumer("orders::late", 10);

        assertEquals(List.of("a", "b", "c"), inventory.bodies());
        assertEquals(List.of("a", "b", "c"), other.bodies());
        assertEquals(List.of("c"), passerBy.bodies());
        assertEquals(List.of("a", "b", "c"), late.bodies());
        assertEquals(
                List.of("a", "b", "c"),
                broker
                        .ask(new AdminRequest.Browse(DestinationView.Kind.TOPIC, "orders", StartAt.EARLIEST, 10))
                        .items()
                        .stream()
                        .map(item -> new String(item.message().payload()))
                        .toList());
        other.acceptAll();
        late.acceptAll();
        assertEquals(0, broker.view("orders::notification").depth());
        assertEquals(0, broker.view("orders::late").depth());
    }

    @Test
    void whatWasReplayedToOneSubscriptionStaysUnseenByOthersAfterACrashAndASeek() {
        broker.topic("orders", "inventory", "notification").start();
        kill("orders::inventory", "orders", "a");
        finish(start(all("orders::inventory")));
        broker.snapshot();
        broker.crash(1);
        broker.ask(new AdminRequest.Seek("orders::notification", StartAt.EARLIEST));

        assertEquals(List.of("a"), broker.consumer("orders::notification", 10).bodies());
        assertEquals(List.of("a"), broker.consumer("orders::inventory", 10).bodies());
    }

    @Test
    void selectionByIdReasonBeginningTimeAndLimit() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a1", "a2");
        broker.now += 1_000;
        kill("work", "work", "b1", "b2", "b3");
        String second = look("work").get(1).id();

        assertEquals(5, dryRun("work", Select.ALL).selected());
        assertEquals(
                3,
                dryRun("work", select(null, "b", 0, Long.MAX_VALUE, Long.MAX_VALUE))
                        .selected());
        assertEquals(2, dryRun("work", select(null, "b", 0, Long.MAX_VALUE, 2)).selected());
        assertEquals(
                3,
                dryRun("work", select(null, null, broker.now - 500, Long.MAX_VALUE, 9))
                        .selected());
        assertEquals(
                2, dryRun("work", select(null, null, 0, broker.now - 500, 9)).selected());
        assertEquals(
                1,
                dryRun("work", select(List.of(second, "999-1"), null, 0, Long.MAX_VALUE, 9))
                        .selected());
        assertEquals(
                0,
                dryRun("work", new Select(null, null, Death.Reason.EXPIRED, 0, Long.MAX_VALUE, Long.MAX_VALUE))
                        .selected());
        ReplayView nothing = dryRun("work", select(null, "z", 0, Long.MAX_VALUE, 9));
        assertEquals(ReplayView.State.COMPLETED, nothing.state());

        finish(start(request("work", select(null, "b", 0, Long.MAX_VALUE, 2))));
        assertEquals(List.of("a1", "a2", "b3"), dead("work"));
        finish(start(request("work", select(List.of(second), null, 0, Long.MAX_VALUE, 9))));
        assertEquals(List.of("a1", "b3"), dead("work"));
        assertEquals(List.of("b1", "b2", "a2"), broker.consumer("work", 10).bodies());
    }

    private static Select select(List<String> ids, String selector, long from, long to, long limit) {
        return new Select(ids, selector, null, from, to, limit);
    }

    @Test
    void dryRunShowsSamplesAndMovesNothing() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", IntStream.range(0, 30).mapToObj(i -> "m" + i).toArray(String[]::new));

        ReplayView view = dryRun("work", Select.ALL);

        assertEquals(30, view.selected());
        assertEquals(Replay.MAX_SAMPLES, view.samples().size());
        assertEquals("m0", new String(view.samples().getFirst().message().payload()));
        assertEquals(30, dead("work").size());
        assertEquals(List.of(), broker.ask(new DeadLetterRequest.Replays()));
    }

    @Test
    void dryRunOfManyReadsThemInSeveralSteps() {
        broker.queue("work", TWO_ATTEMPTS).start();
        for (int i = 0; i < 10; i++) {
            kill("work", "work", IntStream.range(0, 100).mapToObj(n -> "m" + n).toArray(String[]::new));
        }
        assertEquals(
                1_000,
                dryRun("work", select(null, "m", 0, Long.MAX_VALUE, Long.MAX_VALUE))
                        .selected());
    }

    @Test
    void whatWasReplayedTooOftenStaysAndCountsAsFailed() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a");
        finish(start(all("work")));
        TestConsumer consumer = broker.consumer("work", 1);
        consumer.settle(new Outcome.Rejected("again"), 0);
        kill("work", "work", "b");

        ReplayView view = finish(start(with(all("work"), null, 0, null, 1, false)));

        assertEquals(List.of(2L, 1L, 1L), List.of(view.selected(), view.replayed(), view.failed()));
        assertTrue(view.lastError().contains("replayed 1 times already, maxReplays is 1"), view.lastError());
        assertEquals(List.of("a"), dead("work"));
    }

    @Test
    void rateIsKeptWithinATenth() {
        broker.queue("work", TWO_ATTEMPTS.withBounds(10_000, 0, QueueSettings.WhenFull.BLOCK))
                .start();
        for (int i = 0; i < 10; i++) {
            kill("work", "work", IntStream.range(0, 100).mapToObj(n -> "m" + n).toArray(String[]::new));
        }
        ReplayView replay = start(with(all("work"), null, 200, null, -1, false));

        for (int second = 1; second <= 4; second++) {
            for (int i = 0; i < 1_000; i += 7) {
                broker.pass(7);
            }
            long replayed = now(replay).replayed();
            assertTrue(Math.abs(replayed - 200L * second) <= 20, replayed + " after " + second + " s");
        }
    }

    @Test
    void pausedReplayWaitsAlsoAcrossACrashAndGoesOnWhenResumed() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", IntStream.range(0, 50).mapToObj(n -> "m" + n).toArray(String[]::new));
        ReplayView replay = start(with(all("work"), null, 100, null, -1, false));
        broker.pass(50);
        assertEquals(
                ReplayView.State.PAUSED, steer(replay, ReplayView.State.PAUSED).state());
        long before = now(replay).replayed();
        assertTrue(before > 0 && before < 50, before + " replayed");

        broker.pass(1_000);
        broker.crash(2);
        broker.pass(1_000);
        assertEquals(before, now(replay).replayed());
        assertEquals(ReplayView.State.PAUSED, now(replay).state());
        assertEquals(50, now(replay).selected());

        steer(replay, ReplayView.State.RUNNING);
        assertEquals(50, finish(replay).replayed());
        assertEquals(50, broker.view("work").depth());
    }

    @Test
    void runningReplayGoesOnAfterACrashAndSendsNothingTwice() {
        for (boolean withSnapshot : new boolean[] {false, true}) {
            broker = new BrokerFixture().queue("work", TWO_ATTEMPTS).start();
            String[] bodies = IntStream.range(0, 40).mapToObj(n -> "m" + n).toArray(String[]::new);
            kill("work", "work", bodies);
            ReplayView replay = start(with(all("work"), null, 100, null, -1, false));
            broker.pass(100);
            if (withSnapshot) {
                broker.snapshot();
            }
            broker.passUnsynced(50);
            broker.crash(3);

            ReplayView view = finish(replay);

            assertEquals(ReplayView.State.COMPLETED, view.state());
            assertEquals(40, view.replayed());
            assertEquals(List.of(bodies), broker.consumer("work", 100).bodies());
            assertEquals(List.of(), dead("work"));
        }
    }

    @Test
    void cancelledReplayLeavesTheRestWhereItIs() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", IntStream.range(0, 50).mapToObj(n -> "m" + n).toArray(String[]::new));
        ReplayView replay = start(with(all("work"), null, 100, null, -1, false));
        broker.pass(100);

        ReplayView cancelled = steer(replay, ReplayView.State.CANCELLED);
        broker.pass(1_000);

        assertEquals(ReplayView.State.CANCELLED, now(replay).state());
        assertEquals(cancelled.replayed(), now(replay).replayed());
        assertEquals(50, broker.view("work").depth() + dead("work").size());
        assertNull(steer(replay, ReplayView.State.RUNNING));
        assertEquals(BrokerError.Code.NOT_ALLOWED, broker.refusal.code());
    }

    @Test
    void sameKeyIsTheSameReplayAndAnotherRequestWithItIsRefused() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a");
        ReplayRequest request = with(all("work"), null, 0, "incident-1", -1, false);
        ReplayView first = finish(start(request));
        broker.consumer("work", 1, true).detach();
        kill("work", "work", "b");

        assertEquals(first.id(), start(request).id());
        assertEquals(List.of("b"), dead("work"));
        broker.crash(4);
        assertEquals(first.id(), start(request).id());
        assertNull(start(with(all("work"), "x", 0, "incident-1", -1, false)));
        assertTrue(broker.refusal.description().contains("incident-1"));
    }

    @Test
    void secondReplayOfASourceIsRefusedWhileOneRuns() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "b");
        ReplayView running = start(with(all("work"), null, 1, null, -1, false));

        assertNull(start(all("work")));
        assertEquals(BrokerError.Code.NOT_ALLOWED, broker.refusal.code());
        assertTrue(broker.refusal.description().contains(running.id().toString()));
        steer(running, ReplayView.State.CANCELLED);
        assertEquals(ReplayView.State.COMPLETED, finish(start(all("work"))).state());
    }

    @Test
    void patchChangesWhatIsSentOnAndTheDifferenceIsAudited() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "!b");

        ReplayView view = finish(start(with(all("work"), "new ", 0, null, -1, false)));

        assertEquals(List.of(1L, 1L), List.of(view.replayed(), view.failed()));
        assertTrue(view.lastError().contains("cannot be changed"));
        assertEquals(List.of("new a"), broker.consumer("work", 10).bodies());
        assertEquals(List.of("!b"), dead("work"));
        AuditEntry edit = audit().stream()
                .filter(entry -> entry.action().equals("message.edit"))
                .findFirst()
                .orElseThrow();
        assertEquals("a -> new a", edit.detail());
        assertEquals("ada", edit.actor());
    }

    @Test
    void everyActionIsAuditedAndSurvivesACrash() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "b");
        broker.ask(new DeadLetterRequest.Discard("work", look("work").getFirst().id(), "a test", "grace"));
        ReplayView replay = start(with(all("work"), null, 1, null, -1, false));
        finish(replay);
        broker.crash(5);

        List<String> actions = audit().stream()
                .map(entry -> entry.actor() + " " + entry.action() + " " + entry.result())
                .toList();
        assertEquals(
                List.of("grace message.discard discarded", "ada replay.start started", "ada replay.end COMPLETED"),
                actions);
        assertEquals("a test", audit().getFirst().detail());
        assertTrue(broker.describe().stream().noneMatch(view -> view.name().startsWith("$")));
    }

    @Test
    void targetMayBeAnotherQueueATopicOrOneSubscription() {
        broker.queue("work", TWO_ATTEMPTS)
                .queue("fixed", TWO_ATTEMPTS)
                .topic("orders", "a", "b")
                .start();
        kill("work", "work", "1");
        finish(start(to("work", "fixed")));
        assertEquals(List.of("1"), broker.consumer("fixed", 10).bodies());
        kill("work", "work", "2");
        finish(start(to("work", "orders")));
        assertEquals(List.of("2"), broker.consumer("orders::a", 10).bodies());
        kill("work", "work", "3");
        finish(start(to("work", "orders::b")));
        assertEquals(List.of("2", "3"), broker.consumer("orders::b", 10).bodies());
        assertEquals(List.of(), dead("work"));
    }

    @Test
    void targetThatIsNotThereOrCannotBeIsRefusedAndNothingMoves() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a");
        for (String target : List.of("nowhere", "work/$deadletterqueue", "$audit", "orders::nobody")) {
            assertNull(start(to("work", target)), target);
            assertEquals(BrokerError.Code.NOT_FOUND, broker.refusal.code());
        }
        assertNull(start(all("nowhere")));
        assertNull(start(request("work", select(null, "!", 0, 1, 1))));
        assertEquals(BrokerError.Code.INVALID_FIELD, broker.refusal.code());
        assertNull(start(request("work", select(List.of("x"), null, 0, 1, 1))));
        assertEquals(List.of("a"), dead("work"));
        assertEquals(List.of(), broker.ask(new DeadLetterRequest.Replays()));
    }

    @Test
    void sourceWithoutDeadLettersMakesAReplayThatIsDoneAtOnce() {
        broker.queue("work", TWO_ATTEMPTS).start();
        ReplayView view = finish(start(all("work")));
        assertEquals(ReplayView.State.COMPLETED, view.state());
        assertEquals(0, view.selected());
    }

    @Test
    void canaryGoesFirstAndStopsTheReplayIfItDiesAgain() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", IntStream.range(0, 30).mapToObj(n -> "m" + n).toArray(String[]::new));
        ReplayView replay = start(with(all("work"), null, 0, null, -1, true));
        broker.pass(1_000);
        assertEquals(1, now(replay).replayed());

        TestConsumer consumer = broker.consumer("work", 1);
        broker.crash(6);
        consumer = broker.consumer("work", 1);
        consumer.accept(0);
        broker.pass(100);
        assertEquals(11, now(replay).replayed());
        consumer.grant(1);
        consumer.settle(new Outcome.Rejected("still broken"), 1);
        broker.pass(100);

        ReplayView view = now(replay);
        assertEquals(ReplayView.State.FAILED, view.state());
        assertTrue(view.lastError().contains("still broken"), view.lastError());
        assertEquals(11, view.replayed());
    }

    @Test
    void canaryThatIsSettledLetsTheRestFollow() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", IntStream.range(0, 30).mapToObj(n -> "m" + n).toArray(String[]::new));
        ReplayView replay = start(with(all("work"), null, 0, null, -1, true));
        TestConsumer consumer = broker.consumer("work", 100, true);
        ReplayView view = finish(replay);
        assertEquals(ReplayView.State.COMPLETED, view.state());
        assertEquals(30, consumer.deliveries.size());
    }

    @Test
    void duplicateWindowDoesNotSwallowWhatIsReplayed() {
        broker.queue("work", TWO_ATTEMPTS.withDuplicateWindow(60_000)).start();
        kill("work", "work", "a");
        broker.publisher("work").publish("a");
        assertEquals(0, broker.view("work").depth());
        finish(start(all("work")));
        assertEquals(List.of("a"), broker.consumer("work", 10).bodies());
    }

    @Test
    void replayWaitsUntilItsTargetHasRoom() {
        broker.queue("work", TWO_ATTEMPTS)
                .queue("small", TWO_ATTEMPTS.withBounds(3, 0, QueueSettings.WhenFull.REJECT))
                .start();
        kill("work", "work", "a", "b", "c", "d", "e");
        ReplayView replay = start(to("work", "small"));
        broker.pass(1_000);
        assertEquals(3, now(replay).replayed());
        TestConsumer consumer = broker.consumer("small", 2);
        consumer.acceptAll();
        broker.pass(1_000);
        assertEquals(5, now(replay).replayed());
        assertEquals(ReplayView.State.COMPLETED, now(replay).state());
    }

    @Test
    void replayWaitsUntilTheSubscriptionThatItIsForHasRoomAndForNoOther() {
        broker.topic("news", "full", "mine").start();
        kill("news::mine", "news", "a", "b", "c");
        QueueSettings two = TWO_ATTEMPTS.withBounds(2, 0, QueueSettings.WhenFull.BLOCK);
        broker.ask(new AdminRequest.DeclareSubscription("news", "full", StartAt.EARLIEST, two));
        broker.ask(new AdminRequest.DeclareSubscription("news", "mine", StartAt.EARLIEST, two));
        ReplayView replay = start(all("news::mine"));
        broker.pass(1_000);
        assertEquals(2, now(replay).replayed());
        broker.consumer("news::mine", 2).acceptAll();
        assertEquals(3, finish(replay).replayed());
    }

    @Test
    void replayNeedNotWaitForTheMessagesThatWaitForIt() {
        QueueSettings parking = TWO_ATTEMPTS
                .withBounds(3, 0, QueueSettings.WhenFull.REJECT)
                .withOnDeadLetter(QueueSettings.OnDeadLetter.PARK);
        broker.queue("work", parking).start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 10);
        publisher.publish(BrokerFixture.message("a", "key", 0, 0));
        consumer.settle(new Outcome.Rejected("not now"), 0);
        for (String body : List.of("b", "c", "d")) {
            publisher.publish(BrokerFixture.message(body, "key", 0, 0));
        }
        assertEquals(3, broker.view("work").depth(), "full of what waits for the dead letter");
        assertEquals(1, finish(start(all("work"))).replayed());
        consumer.acceptAll();
        assertEquals("a", new String(consumer.deliveries.get(1).message().payload()));
    }

    @Test
    void deadLetterThatAConsumerHoldsIsLeft() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "b");
        TestConsumer consumer = broker.consumer("work/$deadletterqueue", 1);
        ReplayView view = finish(start(all("work")));
        assertEquals(List.of(1L, 1L), List.of(view.replayed(), view.failed()));
        consumer.accept(0);
        assertEquals(List.of(), dead("work"));
        assertEquals(1, broker.view("work").depth());
    }

    @Test
    void deletedSourceEndsTheReplay() {
        broker.queue("work", TWO_ATTEMPTS).queue("other", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "b");
        ReplayView replay = start(with(to("work", "other"), null, 1, null, -1, false));
        broker.ask(new AdminRequest.Delete(DestinationView.Kind.QUEUE, "work"));
        broker.pass(2_000);
        assertEquals(ReplayView.State.FAILED, now(replay).state());
    }

    @Test
    void discardLetsOneGoAndOnlyOnce() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "b");
        String id = look("work").getFirst().id();
        broker.ask(new DeadLetterRequest.Discard("work", id, "why", "ada"));
        assertNull(broker.refusal);
        assertEquals(List.of("b"), dead("work"));
        broker.ask(new DeadLetterRequest.Discard("work", id, "why", "ada"));
        assertEquals(BrokerError.Code.NOT_FOUND, broker.refusal.code());
        broker.crash(7);
        assertEquals(List.of("b"), dead("work"));
    }

    @Test
    void sourcesTellReasonsAlsoAfterSnapshotAndCrash() {
        broker.queue("work", TWO_ATTEMPTS).start();
        kill("work", "work", "a", "b");
        broker.publisher("work").publish(BrokerFixture.message("late", null, broker.now + 5, 0));
        broker.now += 10;
        broker.consumer("work", 1).detach();
        for (int round = 0; round < 3; round++) {
            List<DeadLetterSource> sources = broker.ask(new DeadLetterRequest.Sources());
            assertEquals(1, sources.size());
            assertEquals("work", sources.getFirst().source());
            assertEquals(3, sources.getFirst().count());
            assertEquals(2, sources.getFirst().reasons().get(Death.Reason.REJECTED));
            assertEquals(1, sources.getFirst().reasons().get(Death.Reason.EXPIRED));
            if (round == 0) {
                broker.crash(8);
            } else if (round == 1) {
                broker.snapshot();
                broker.crash(9);
            }
        }
        finish(start(request("work", new Select(null, null, Death.Reason.REJECTED, 0, Long.MAX_VALUE, 9))));
        DeadLetterSource left = broker.ask(new DeadLetterRequest.Sources()).getFirst();
        assertEquals(1, left.count());
        assertFalse(left.reasons().containsKey(Death.Reason.REJECTED));
    }

    @Test
    void deathTellsOfEveryAttemptAlsoAfterSnapshotAndCrash() {
        broker.queue("work", new QueueSettings(10, 3, new QueueSettings.Backoff(10, 1.0, 10, 0), 1_000))
                .start();
        broker.publisher("work").publish("a");
        broker.consumer("work", 1).settle(new Outcome.Modified(true, false, 0, "no stock"), 0);
        broker.snapshot();
        broker.crash(10);
        broker.now += 10;
        TestConsumer second = broker.consumer("work", 1);
        broker.pass(10);
        second.detach();
        broker.crash(11);
        broker.now += 10;
        TestConsumer third = broker.consumer("work", 1);
        broker.pass(10);
        broker.pass(2_000);

        Death death = look("work").getFirst().deaths().getFirst();
        List<String> errors = new ArrayList<>();
        death.earlier().forEach(attempt -> errors.add(attempt.error()));
        errors.add(death.error());
        assertEquals(List.of("no stock", "link lost with the delivery unsettled", "lock expired"), errors);
        assertEquals(3, death.attempts());
        assertEquals("test-container", death.earlier().getFirst().container());
        assertEquals(1, third.deliveries.size());
    }
}

package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionTest {

    private static final QueueSettings QUICK =
            new QueueSettings(1_000, 3, new QueueSettings.Backoff(10, 1.0, 10, 0), 30_000);

    private final BrokerFixture broker = new BrokerFixture().queue("in", QUICK).queue("out", QUICK);
    private final Controller controller = new Controller();

    /** Records what it is told. */
    private static final class Controller implements TransactionLink {
        private final List<Long> begun = new ArrayList<>();
        private final List<Long> ended = new ArrayList<>();
        private final List<BrokerError.Code> failed = new ArrayList<>();

        @Override
        public void begun(long tag, long transaction) {
            begun.add(transaction);
        }

        @Override
        public void ended(long tag) {
            ended.add(tag);
        }

        @Override
        public void failed(long tag, BrokerError error) {
            failed.add(error.code());
        }
    }

    @BeforeEach
    void start() {
        broker.start();
    }

    private long begin() {
        broker.execute(new Command.BeginTransaction(controller, 1));
        return controller.begun.getLast();
    }

    private void commit(long transaction) {
        broker.execute(new Command.EndTransaction(controller, 2, transaction, false));
    }

    private void rollBack(long transaction) {
        broker.execute(new Command.EndTransaction(controller, 3, transaction, true));
    }

    private void send(long transaction, BrokerFixture.TestPublisher publisher, String body) {
        broker.execute(new Command.PublishInTransaction(
                new Command.Publish(publisher, 7, null, BrokerFixture.message(body), false), transaction));
    }

    private void settle(long transaction, BrokerFixture.TestConsumer consumer, Outcome outcome, int... indexes) {
        long[] ids = LongStream.range(0, indexes.length)
                .map(i -> consumer.deliveries.get(indexes[(int) i]).id())
                .toArray();
        broker.execute(new Command.SettleInTransaction(new Command.Settle(consumer, ids, outcome), transaction));
    }

    @Test
    void nothingHappensBeforeTheCommitAndAllWithIt() {
        BrokerFixture.TestPublisher in = broker.publisher("in");
        in.publish("a");
        BrokerFixture.TestPublisher out = broker.publisher("out");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        BrokerFixture.TestConsumer result = broker.consumer("out", 10);
        long transaction = begin();
        send(transaction, out, "b");
        settle(transaction, consumer, Outcome.ACCEPTED, 0);
        assertEquals(List.of(7L), out.accepted);
        assertEquals(List.of(), result.bodies());
        assertEquals(1, broker.view("in").depth());
        commit(transaction);
        assertEquals(List.of("b"), result.bodies());
        assertEquals(0, broker.view("in").depth());
        assertEquals(List.of(2L), controller.ended);
    }

    @Test
    void whatWasCommittedIsThereAfterACrashAndFromASnapshot() {
        broker.publisher("in").publish("a");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        long transaction = begin();
        BrokerFixture.TestPublisher out = broker.publisher("out");
        send(transaction, out, "b");
        send(transaction, out, "c");
        settle(transaction, consumer, Outcome.ACCEPTED, 0);
        commit(transaction);
        broker.crash(1);
        assertEquals(0, broker.view("in").depth());
        assertEquals(2, broker.view("out").depth());
        broker.snapshot();
        broker.crash(2);
        assertEquals(List.of("b", "c"), broker.consumer("out", 10).bodies());
    }

    @Test
    void anOpenTransactionLeavesNothingBehindAtACrash() {
        broker.publisher("in").publish("a");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        long transaction = begin();
        send(transaction, broker.publisher("out"), "b");
        settle(transaction, consumer, Outcome.ACCEPTED, 0);
        broker.crash(1);
        assertEquals(1, broker.view("in").depth());
        assertEquals(0, broker.view("out").depth());
    }

    @Test
    void aRollbackGivesDeliveriesBackInOrderAsFailedAttempts() {
        BrokerFixture.TestPublisher in = broker.publisher("in");
        in.publish("a");
        in.publish("b");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        long transaction = begin();
        send(transaction, broker.publisher("out"), "x");
        settle(transaction, consumer, Outcome.ACCEPTED, 0, 1);
        rollBack(transaction);
        broker.pass(10);
        assertEquals(List.of("a", "b", "a", "b"), consumer.bodies());
        assertEquals(1, consumer.last().failures());
        assertEquals(0, broker.view("out").depth());
    }

    @Test
    void theLossOfTheControllersLinkRollsBack() {
        broker.publisher("in").publish("a");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        long transaction = begin();
        settle(transaction, consumer, Outcome.ACCEPTED, 0);
        broker.execute(new Command.DetachController(controller));
        broker.pass(10);
        assertEquals(2, consumer.deliveries.size());
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_UNKNOWN), controller.failed);
    }

    @Test
    void aLockDoesNotRunOutInATransactionButTheTransactionDoes() {
        broker.publisher("in").publish("a");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        long transaction = begin();
        settle(transaction, consumer, Outcome.ACCEPTED, 0);
        broker.pass(31_000);
        assertEquals(1, consumer.deliveries.size());
        broker.pass(Transactions.TIMEOUT_MILLIS);
        broker.pass(10);
        assertEquals(2, consumer.deliveries.size());
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_TIMED_OUT), controller.failed);
    }

    @Test
    void anEmptyTransactionMayStayOpenForEver() {
        long transaction = begin();
        broker.pass(10 * Transactions.TIMEOUT_MILLIS);
        send(transaction, broker.publisher("out"), "b");
        commit(transaction);
        assertEquals(1, broker.view("out").depth());
    }

    @Test
    void oneThatCannotBeStoredSpoilsTheWhole() {
        broker.queue("small", QUICK.withBounds(1, 0, QueueSettings.WhenFull.REJECT))
                .start();
        broker.publisher("small").publish("full");
        BrokerFixture.TestPublisher small = broker.publisher("small");
        BrokerFixture.TestPublisher out = broker.publisher("out");
        long transaction = begin();
        send(transaction, out, "b");
        send(transaction, small, "c");
        assertEquals(1, small.rejected.size());
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_ROLLED_BACK), controller.failed);
        assertEquals(0, broker.view("out").depth());
    }

    @Test
    void oneThatDoesNotConformToItsSchemaIsRejectedAtOnceAndSpoilsTheWhole() {
        broker.ask(new AdminRequest.DeclareTopic("events", RetentionSettings.DEFAULT, 0));
        broker.ask(new SchemaRequest.Declare("events", "order.placed", "order"));
        BrokerFixture.TestPublisher events = broker.publisher("events");
        long transaction = begin();
        send(transaction, events, "order 1");
        send(transaction, events, "stock 1");
        assertEquals(
                List.of(BrokerError.Code.SCHEMA_VIOLATED),
                events.rejected.stream().map(BrokerError::code).toList());
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_ROLLED_BACK), controller.failed);
        assertEquals(0, broker.view("events").depth());
    }

    @Test
    void rejectedDeliveriesAreDeadLetteredWithTheCommit() {
        broker.publisher("in").publish("a");
        BrokerFixture.TestConsumer consumer = broker.consumer("in", 10);
        long transaction = begin();
        settle(transaction, consumer, new Outcome.Rejected("bad"), 0);
        assertEquals(0, broker.view("in").deadLetters());
        commit(transaction);
        assertEquals(1, broker.view("in").deadLetters());
        broker.crash(1);
        assertEquals(1, broker.view("in").deadLetters());
        assertEquals(List.of("a"), broker.consumer("in/$deadletterqueue", 10).bodies());
    }

    @Test
    void thereIsABoundOnOpenTransactions() {
        for (int i = 0; i < Transactions.MAX_OPEN; i++) {
            begin();
        }
        broker.execute(new Command.BeginTransaction(controller, 9));
        assertEquals(List.of(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED), controller.failed);
    }

    @Test
    void thereIsABoundOnTheSizeOfOne() {
        long transaction = begin();
        BrokerFixture.TestPublisher out = broker.publisher("out");
        for (int i = 0; i < 600 && out.rejected.isEmpty(); i++) {
            send(transaction, out, "m" + i);
        }
        assertTrue(!out.rejected.isEmpty(), "the record of a group has to fit into a segment");
        commit(transaction);
        assertEquals(0, broker.view("out").depth());
    }

    @Test
    void whatIsSentToATopicIsRoutedWithTheCommitWhollyOrNotAtAll() {
        broker.topic("events", "all").start();
        broker.ask(new AdminRequest.Bind("events", "out", new Selection("order", null)));
        BrokerFixture.TestPublisher events = broker.publisher("events");
        long transaction = begin();
        send(transaction, events, "order 1");
        send(transaction, events, "stock 1");
        assertEquals(0, broker.view("out").depth());
        commit(transaction);
        assertEquals(1, broker.view("out").depth());
        assertEquals(2, broker.view("events").depth());
        long undone = begin();
        send(undone, events, "order 2");
        rollBack(undone);
        broker.crash(1);
        assertEquals(List.of("order 1"), broker.consumer("out", 10).bodies());
        assertEquals(
                List.of("order 1", "stock 1"),
                broker.consumer("events::all", 10).bodies());
    }

    @Test
    void aQueueThatIsBoundAndFullSpoilsTheWhole() {
        broker.topic("events")
                .queue("small", QUICK.withBounds(1, 0, QueueSettings.WhenFull.REJECT))
                .start();
        broker.ask(new AdminRequest.Bind("events", "small", Selection.ALL));
        BrokerFixture.TestPublisher events = broker.publisher("events");
        long transaction = begin();
        send(transaction, events, "a");
        broker.publisher("small").publish("full");
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_ROLLED_BACK), controller.failed);
        assertEquals(0, broker.view("events").depth());
    }

    @Test
    void aSubscriptionThatIsFullSpoilsTheWhole() {
        broker.topic("events").start();
        broker.ask(new AdminRequest.DeclareSubscription(
                "events", "small", StartAt.EARLIEST, QUICK.withBounds(1, 0, QueueSettings.WhenFull.REJECT)));
        BrokerFixture.TestPublisher events = broker.publisher("events");
        long transaction = begin();
        send(transaction, events, "a");
        broker.publisher("events").publish("full");
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_ROLLED_BACK), controller.failed);
        assertEquals(1, broker.view("events").depth());
    }

    @Test
    void whatHasRoomAloneAndNotTogetherSpoilsTheWhole() {
        broker.queue("small", QUICK.withBounds(3, 0, QueueSettings.WhenFull.REJECT))
                .start();
        BrokerFixture.TestPublisher small = broker.publisher("small");
        long transaction = begin();
        for (String body : List.of("a", "b", "c", "d")) {
            send(transaction, small, body);
        }
        commit(transaction);
        assertEquals(List.of(BrokerError.Code.TRANSACTION_ROLLED_BACK), controller.failed);
        assertEquals(0, broker.view("small").depth());
        long next = begin();
        for (String body : List.of("a", "b", "c")) {
            send(next, small, body);
        }
        commit(next);
        assertEquals(3, broker.view("small").depth());
    }

    @Test
    void aRollbackThatMakesDeadLettersMakesRoom() {
        QueueSettings once = new QueueSettings(3, 1, QUICK.backoff(), 30_000);
        broker.queue("small", once).start();
        BrokerFixture.TestPublisher publisher = broker.publisher("small");
        publisher.publishOnCredit("m");
        BrokerFixture.TestConsumer consumer = broker.consumer("small", 10);
        assertEquals(0, publisher.credit);
        long transaction = begin();
        for (int i = 0; i < consumer.deliveries.size(); i++) {
            settle(transaction, consumer, Outcome.ACCEPTED, i);
        }
        rollBack(transaction);
        assertTrue(publisher.credit > 0);
    }

    @Test
    void whatWasSoughtIsNotDeliveredTwiceWhenTheTransactionThatHeldItEnds() {
        for (boolean fail : new boolean[] {true, false}) {
            broker.topic("events", "all").start();
            broker.ask(new AdminRequest.Delete(DestinationView.Kind.TOPIC, "events"));
            broker.start();
            broker.publisher("events").publish("a");
            BrokerFixture.TestConsumer consumer = broker.consumer("events::all", 10);
            long transaction = begin();
            settle(transaction, consumer, Outcome.ACCEPTED, 0);
            broker.ask(new AdminRequest.Seek("events::all", StartAt.EARLIEST));
            assertEquals(List.of("a", "a"), consumer.bodies());
            broker.execute(new Command.EndTransaction(controller, 2, transaction, fail));
            broker.pass(29_000);
            assertEquals(List.of("a", "a"), consumer.bodies(), "rolled back: " + fail);
            assertEquals(1, broker.view("events::all").depth());
        }
    }
}

package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Local transactions (AMQP 1.0, part 4). What is sent and settled in one is gathered in memory, and happens with its
 * commit as one group of facts, so wholly or not at all. A rollback, the loss of the controller's link and the time-out
 * give the deliveries back as failed attempts.
 */
final class Transactions {

    /** Open at one time on one controller's link. */
    static final int MAX_OPEN = 64;

    /** Of the messages in all open transactions. */
    static final long MAX_TOTAL_BYTES = 64 << 20;

    /** How long a transaction may last from its first operation on. */
    static final long TIMEOUT_MILLIS = 120_000;

    /** What an operation takes at most in the record of its group. */
    private static final int OPERATION_BYTES = 128;

    private static final String ROLLED_BACK = "transaction rolled back";

    private final Ledger ledger;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Long2ObjectLinkedOpenHashMap<Transaction> open = new Long2ObjectLinkedOpenHashMap<>();
    private long nextId = 1;
    private long totalBytes;

    Transactions(Ledger ledger, Publishing publishing, Consuming consuming) {
        this.ledger = ledger;
        this.publishing = publishing;
        this.consuming = consuming;
    }

    void begin(Command.BeginTransaction command) {
        long count = open.values().stream()
                .filter(transaction -> transaction.owner == command.link())
                .count();
        if (count >= MAX_OPEN) {
            ledger.let(new Effect.TransactionFailed(
                    command.link(),
                    command.tag(),
                    new BrokerError(
                            BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                            count + " transactions are open on this link, which is the most.")));
            return;
        }
        Transaction transaction = new Transaction(nextId++, command.link());
        open.put(transaction.id, transaction);
        ledger.let(new Effect.TransactionBegun(command.link(), command.tag(), transaction.id));
    }

    void publish(Command.PublishInTransaction command, long now) {
        Command.Publish publish = command.publish();
        Transaction transaction = open.get(command.transaction());
        try {
            Stream stream = publishing.take(publish, now);
            if (stream == null) {
                return;
            }
            requireOpen(transaction);
            requireRoom(transaction, publish.message().size());
            begun(transaction, now);
            transaction.sends.add(new Transaction.Send(stream, publish.message()));
            transaction.bytes += publish.message().size();
            totalBytes += publish.message().size();
            if (!publish.settled()) {
                ledger.let(new Effect.Accepted(publish.link(), publish.tag()));
            }
        } catch (Destinations.Refusal refusal) {
            if (transaction != null) {
                transaction.fail(refusal.error());
            }
            if (!publish.settled()) {
                ledger.let(new Effect.Rejected(publish.link(), publish.tag(), refusal.error()));
            }
        }
        publishing.grant(publish.link());
    }

    void settle(Command.SettleInTransaction command, long now) {
        Command.Settle settle = command.settle();
        Transaction transaction = open.get(command.transaction());
        List<InFlight> deliveries = consuming.take(settle, now);
        try {
            requireOpen(transaction);
            requireRoom(transaction, 0);
            begun(transaction, now);
            deliveries.forEach(
                    delivery -> transaction.settlements.add(new Transaction.Settlement(delivery, settle.outcome())));
        } catch (Destinations.Refusal refusal) {
            if (transaction != null) {
                transaction.fail(refusal.error());
            }
            consuming.giveBack(deliveries, refusal.getMessage(), now);
        }
        consuming.goOn(deliveries, now);
    }

    private static void requireOpen(Transaction transaction) {
        if (transaction == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.TRANSACTION_UNKNOWN, "There is no such transaction (any more).");
        }
    }

    private void requireRoom(Transaction transaction, long bytes) {
        if (transaction.failure != null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.TRANSACTION_ROLLED_BACK,
                    "The transaction can only be rolled back: " + transaction.failure.description());
        }
        if (transaction.operations() >= Transaction.MAX_OPERATIONS
                || transaction.bytes + bytes > Transaction.MAX_BYTES
                || totalBytes + bytes > MAX_TOTAL_BYTES
                || (transaction.operations() + 1L) * OPERATION_BYTES
                        > ledger.store().maxBodyLength()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "The transaction is too large: " + transaction.operations() + " operations, " + transaction.bytes
                            + " bytes.");
        }
    }

    private void begun(Transaction transaction, long now) {
        if (transaction.isEmpty()) {
            ledger.deadlines.set(transaction, now + TIMEOUT_MILLIS);
        }
    }

    void end(Command.EndTransaction command, long now) {
        Transaction transaction = forget(command.transaction(), command.link());
        BrokerError error = null;
        if (transaction == null) {
            error = new BrokerError(
                    BrokerError.Code.TRANSACTION_UNKNOWN, "There is no such transaction on this link (any more).");
        } else if (command.fail()) {
            rollBack(transaction, now);
        } else {
            error = commit(transaction, now);
        }
        ledger.let(
                error == null
                        ? new Effect.TransactionEnded(command.link(), command.tag())
                        : new Effect.TransactionFailed(command.link(), command.tag(), error));
    }

    private Transaction forget(long id, TransactionLink owner) {
        Transaction transaction = open.get(id);
        if (transaction == null || transaction.owner != owner) {
            return null;
        }
        open.remove(id);
        totalBytes -= transaction.bytes;
        return transaction;
    }

    /** The controller is gone: so is all that it has begun. */
    void detach(TransactionLink owner, long now) {
        for (Transaction transaction : List.copyOf(open.values())) {
            if (transaction.owner == owner) {
                forget(transaction.id, owner);
                rollBack(transaction, now);
            }
        }
    }

    /** A transaction's time is over: what it held goes back, and all that is left to its controller is the bad news. */
    void expire(Transaction transaction, long now) {
        if (open.get(transaction.id) != transaction) {
            return;
        }
        rollBack(transaction, now);
        totalBytes -= transaction.bytes;
        transaction.bytes = 0;
        transaction.sends.clear();
        transaction.settlements.clear();
        transaction.fail(new BrokerError(
                BrokerError.Code.TRANSACTION_TIMED_OUT,
                "The transaction took more than " + TIMEOUT_MILLIS / 1_000 + " s and was rolled back."));
    }

    private void rollBack(Transaction transaction, long now) {
        List<InFlight> deliveries = new ArrayList<>();
        transaction.settlements.forEach(settlement -> deliveries.add(settlement.delivery()));
        consuming.giveBack(deliveries, ROLLED_BACK, now);
        consuming.goOn(deliveries, now);
        // Those that had failed too often are dead letters now.
        deliveries.stream()
                .map(delivery -> delivery.consumer().subscription.stream)
                .distinct()
                .forEach(publishing::grantAll);
    }

    /** Returns why it was rolled back instead; null if it is committed. */
    private BrokerError commit(Transaction transaction, long now) {
        BrokerError error = transaction.failure != null ? transaction.failure : obstacle(transaction, now);
        if (error != null) {
            rollBack(transaction, now);
            return error.code() == BrokerError.Code.TRANSACTION_TIMED_OUT
                    ? error
                    : new BrokerError(BrokerError.Code.TRANSACTION_ROLLED_BACK, error.description());
        }
        Set<Stream> grown = new LinkedHashSet<>();
        ledger.atomically(() -> {
            for (Transaction.Send send : transaction.sends) {
                publishing.storeOnly(send.stream(), send.message(), now, grown);
            }
            for (Transaction.Settlement settlement : transaction.settlements) {
                consuming.settle(settlement.delivery(), settlement.outcome(), now);
            }
        });
        grown.forEach(stream -> publishing.stored(stream, now));
        Set<Subscription> shrunk = new HashSet<>();
        List<InFlight> deliveries = new ArrayList<>();
        for (Transaction.Settlement settlement : transaction.settlements) {
            deliveries.add(settlement.delivery());
            shrunk.add(settlement.delivery().consumer().subscription);
        }
        consuming.goOn(deliveries, now);
        shrunk.forEach(subscription -> publishing.grantAll(subscription.stream));
        return null;
    }

    /** What has changed since the messages were taken; null if nothing stands in the way. */
    private BrokerError obstacle(Transaction transaction, long now) {
        Map<Stream, List<Message>> messages = new LinkedHashMap<>();
        try {
            for (Transaction.Send send : transaction.sends) {
                publishing.requireOpen(send.stream(), send.message(), now);
                messages.computeIfAbsent(send.stream(), any -> new ArrayList<>())
                        .add(send.message());
            }
            messages.forEach((stream, together) -> Publishing.requireRoom(stream, together, true, now));
            return null;
        } catch (Destinations.Refusal refusal) {
            return refusal.error();
        }
    }
}

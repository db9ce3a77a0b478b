package dev.millrace.broker.core;

import java.util.concurrent.CompletableFuture;

/**
 * Something that the core lets out. An effect is held back until every record appended before it is synced, so that
 * nothing is said that a crash could take back.
 */
public sealed interface Effect {

    /** Tells the one concerned. Called once, in the order in which the core made the effects. */
    void release();

    /** The address is null where the publisher has given one. */
    record PublisherAttached(PublisherLink link, int credit, String address) implements Effect {
        @Override
        public void release() {
            link.attached(credit, address);
        }
    }

    record PublisherRefused(PublisherLink link, BrokerError error) implements Effect {
        @Override
        public void release() {
            link.refused(error);
        }
    }

    record Granted(PublisherLink link, int credit) implements Effect {
        @Override
        public void release() {
            link.granted(credit);
        }
    }

    record Accepted(PublisherLink link, long tag) implements Effect {
        @Override
        public void release() {
            link.accepted(tag);
        }
    }

    record Rejected(PublisherLink link, long tag, BrokerError error) implements Effect {
        @Override
        public void release() {
            link.rejected(tag, error);
        }
    }

    record ConsumerAttached(ConsumerLink link, Attachment attachment) implements Effect {
        @Override
        public void release() {
            link.attached(attachment);
        }
    }

    record ConsumerRefused(ConsumerLink link, BrokerError error) implements Effect {
        @Override
        public void release() {
            link.refused(error);
        }
    }

    record Delivered(ConsumerLink link, Delivery delivery) implements Effect {
        @Override
        public void release() {
            link.deliver(delivery);
        }
    }

    record Drained(ConsumerLink link, long drain) implements Effect {
        @Override
        public void release() {
            link.drained(drain);
        }
    }

    record Confirmed(ConsumerLink link) implements Effect {
        @Override
        public void release() {
            link.confirmed();
        }
    }

    record LockExpired(ConsumerLink link, long deliveryId) implements Effect {
        @Override
        public void release() {
            link.lockExpired(deliveryId);
        }
    }

    record PublisherClosed(PublisherLink link, BrokerError error) implements Effect {
        @Override
        public void release() {
            link.closed(error);
        }
    }

    record ConsumerClosed(ConsumerLink link, BrokerError error) implements Effect {
        @Override
        public void release() {
            link.closed(error);
        }
    }

    record TransactionBegun(TransactionLink link, long tag, long transaction) implements Effect {
        @Override
        public void release() {
            link.begun(tag, transaction);
        }
    }

    record TransactionEnded(TransactionLink link, long tag) implements Effect {
        @Override
        public void release() {
            link.ended(tag);
        }
    }

    record TransactionFailed(TransactionLink link, long tag, BrokerError error) implements Effect {
        @Override
        public void release() {
            link.failed(tag, error);
        }
    }

    record SnapshotTaken(SnapshotSink sink, Snapshot snapshot) implements Effect {
        @Override
        public void release() {
            sink.taken(snapshot);
        }
    }

    /** Completes a question's future with a refusal. */
    record Failed<T>(CompletableFuture<T> question, BrokerError error) implements Effect {
        @Override
        public void release() {
            question.completeExceptionally(new RefusedException(error));
        }
    }

    /** Completes a question's future. */
    record Answered<T>(CompletableFuture<T> question, T answer) implements Effect {
        @Override
        public void release() {
            question.complete(answer);
        }
    }
}

package dev.millrace.relay.publish;

/** One message of a batch on its way. Compared by identity. */
final class Pending {
    final Batch batch;
    final int index;
    /** Times that the broker refused it for now. */
    int refusals;
    /** Taken back from its link: a retry that is due later is not to send it. */
    boolean withdrawn;

    Pending(Batch batch, int index) {
        this.batch = batch;
        this.index = index;
    }

    Outgoing outgoing() {
        return batch.messages().get(index);
    }
}

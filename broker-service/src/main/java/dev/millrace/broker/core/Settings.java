package dev.millrace.broker.core;

/** Lets new settings take effect at once on what is there already. */
final class Settings {

    private final Ledger ledger;
    private final Publishing publishing;
    private final Bounds bounds;

    Settings(Ledger ledger, Publishing publishing, Bounds bounds) {
        this.ledger = ledger;
        this.publishing = publishing;
        this.bounds = bounds;
    }

    /** To be called when a stream or one of its subscriptions was declared, changed or moved. */
    void changed(Stream stream, long now) {
        ledger.deadlines.set(stream, now);
        for (Subscription subscription : stream.subscriptions) {
            if (subscription.isFiltered()) {
                // It may be behind with what it does not want, which fills it until it is looked at.
                ledger.deadlines.set(subscription, now);
            }
            bounds.dropExcess(subscription, now);
            Stream deadLetters = ledger.topology.stream(subscription.name + Address.DEAD_LETTER_SUFFIX);
            if (deadLetters != null) {
                ledger.deadlines.set(deadLetters, now);
            }
        }
        publishing.grantAll(stream);
    }
}

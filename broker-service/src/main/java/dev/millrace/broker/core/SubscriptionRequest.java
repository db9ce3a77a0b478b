package dev.millrace.broker.core;

/**
 * What a consumer asks for beside an address. It matters where the address names a topic; of an address that names a
 * queue or a subscription only the selection counts, for this consumer alone.
 *
 * @param selection which messages it wants
 * @param from where a subscription that is made for it starts; null for {@link StartAt#LATEST}
 * @param kind whose subscription it is
 * @param durable whether the subscription stays when its consumers are gone
 * @param name of the subscription within the topic; null for a private one
 */
public record SubscriptionRequest(Selection selection, StartAt from, Kind kind, boolean durable, String name) {

    /** Who shares a subscription. */
    public enum Kind {
        /** One consumer's own. */
        EXCLUSIVE,
        /** Shared by all that name it. */
        SHARED
    }

    public static final SubscriptionRequest NONE =
            new SubscriptionRequest(Selection.ALL, null, Kind.EXCLUSIVE, false, null);
}

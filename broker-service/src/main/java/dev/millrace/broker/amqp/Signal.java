package dev.millrace.broker.amqp;

/** What the broker tells a link. */
enum Signal {
    /** The link is open; the number is a publisher's first credit. */
    ATTACHED,
    /** The link is not opened; the detail is the error. */
    REFUSED,
    /** The number is a publisher's further credit. */
    GRANTED,
    /** The number is the tag of a message that is stored. */
    ACCEPTED,
    /** The number is the tag of a message that is not stored, the detail the error. */
    REJECTED,
    /** The detail is a delivery. */
    DELIVERED,
    /** A consumer's credit is used up or given back. */
    DRAINED,
    /** What a consumer has settled is durable. */
    CONFIRMED,
    /** The number is the id of a delivery whose lock ran out. */
    LOCK_EXPIRED,
    /** The number is the tag of a request for a transaction, the detail the transaction's id. */
    BEGUN,
    /** The number is the tag of a request to end a transaction. */
    ENDED,
    /** The number is the tag of a request that was not met, the detail the error. */
    FAILED,
    /** The broker ends the link; the detail is the error. */
    CLOSED
}

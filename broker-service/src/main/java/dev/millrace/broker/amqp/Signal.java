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
    /** The number is the id of a delivery whose lock ran out. */
    LOCK_EXPIRED,
    /** The broker ends the link; the detail is the error. */
    CLOSED
}

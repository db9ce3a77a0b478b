package dev.millrace.broker.core;

/** Why the broker refuses something; one catalogue for every front. {@code description} is for people. */
public record BrokerError(Code code, String description) {

    /** What went wrong; each front maps it to its own codes. */
    public enum Code {
        /** No such queue, topic or subscription, and none may be created. */
        NOT_FOUND,
        /** It exists, but this cannot be done with it. */
        NOT_ALLOWED,
        /** An address or another field makes no sense. */
        INVALID_FIELD,
        /** A bound is reached. */
        RESOURCE_LIMIT_EXCEEDED,
        /** The destination was deleted. */
        RESOURCE_DELETED,
        /** Somebody else uses it, and it would have to change. */
        PRECONDITION_FAILED,
        /** A message does not conform to the schema of its subject. */
        SCHEMA_VIOLATED,
        /** The same consumer has attached anew. */
        LINK_STOLEN,
        /** There is no such transaction. */
        TRANSACTION_UNKNOWN,
        /** The transaction was rolled back and not committed. */
        TRANSACTION_ROLLED_BACK,
        /** The transaction took too long and was rolled back. */
        TRANSACTION_TIMED_OUT
    }
}

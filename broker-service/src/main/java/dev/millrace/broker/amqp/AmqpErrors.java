package dev.millrace.broker.amqp;

import dev.millrace.broker.core.BrokerError;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/** AMQP error conditions (AMQP 1.0, part 2, section 2.8.14 and on) and what of ours they stand for. */
final class AmqpErrors {

    static final Symbol NOT_FOUND = Symbol.valueOf("amqp:not-found");
    static final Symbol NOT_ALLOWED = Symbol.valueOf("amqp:not-allowed");
    static final Symbol NOT_IMPLEMENTED = Symbol.valueOf("amqp:not-implemented");
    static final Symbol INVALID_FIELD = Symbol.valueOf("amqp:invalid-field");
    static final Symbol ILLEGAL_STATE = Symbol.valueOf("amqp:illegal-state");
    static final Symbol DECODE_ERROR = Symbol.valueOf("amqp:decode-error");
    static final Symbol INTERNAL_ERROR = Symbol.valueOf("amqp:internal-error");
    static final Symbol RESOURCE_LIMIT_EXCEEDED = Symbol.valueOf("amqp:resource-limit-exceeded");
    static final Symbol FRAME_SIZE_TOO_SMALL = Symbol.valueOf("amqp:frame-size-too-small");
    static final Symbol RESOURCE_DELETED = Symbol.valueOf("amqp:resource-deleted");
    static final Symbol PRECONDITION_FAILED = Symbol.valueOf("amqp:precondition-failed");
    static final Symbol LINK_STOLEN = Symbol.valueOf("amqp:link:stolen");
    static final Symbol TRANSACTION_UNKNOWN_ID = Symbol.valueOf("amqp:transaction:unknown-id");
    static final Symbol TRANSACTION_ROLLBACK = Symbol.valueOf("amqp:transaction:rollback");
    static final Symbol TRANSACTION_TIMEOUT = Symbol.valueOf("amqp:transaction:timeout");
    static final Symbol CONNECTION_FORCED = Symbol.valueOf("amqp:connection:forced");
    static final Symbol FRAMING_ERROR = Symbol.valueOf("amqp:connection:framing-error");
    static final Symbol UNATTACHED_HANDLE = Symbol.valueOf("amqp:session:unattached-handle");
    static final Symbol HANDLE_IN_USE = Symbol.valueOf("amqp:session:handle-in-use");
    static final Symbol MESSAGE_SIZE_EXCEEDED = Symbol.valueOf("amqp:link:message-size-exceeded");
    static final Symbol TRANSFER_LIMIT_EXCEEDED = Symbol.valueOf("amqp:link:transfer-limit-exceeded");

    /** Longest description that is passed on, in either direction, in characters. */
    private static final int DESCRIPTION_LIMIT = 1024;

    private AmqpErrors() {}

    static Symbol condition(BrokerError error) {
        return switch (error.code()) {
            case NOT_FOUND -> NOT_FOUND;
            case NOT_ALLOWED -> NOT_ALLOWED;
            case INVALID_FIELD -> INVALID_FIELD;
            case RESOURCE_LIMIT_EXCEEDED -> RESOURCE_LIMIT_EXCEEDED;
            case RESOURCE_DELETED -> RESOURCE_DELETED;
            case PRECONDITION_FAILED, SCHEMA_VIOLATED -> PRECONDITION_FAILED;
            case LINK_STOLEN -> LINK_STOLEN;
            case TRANSACTION_UNKNOWN -> TRANSACTION_UNKNOWN_ID;
            case TRANSACTION_ROLLED_BACK -> TRANSACTION_ROLLBACK;
            case TRANSACTION_TIMED_OUT -> TRANSACTION_TIMEOUT;
        };
    }

    static ErrorCondition toCondition(BrokerError error) {
        return new ErrorCondition(condition(error), error.description());
    }

    /** The same error, its description no longer than a frame of {@code maxFrameSize} bytes takes. */
    static ErrorCondition fitting(ErrorCondition error, int maxFrameSize) {
        return new ErrorCondition(
                error.getCondition(), shortened(error.getDescription(), descriptionLimit(maxFrameSize)));
    }

    /** A character may take three bytes, and there is more in a frame than the description. */
    private static int descriptionLimit(int maxFrameSize) {
        return Math.min(DESCRIPTION_LIMIT, (maxFrameSize - 128) / 3);
    }

    /** The state {@code rejected} with an error, encoded so that it fits a frame of {@code maxFrameSize} bytes. */
    static byte[] rejected(Symbol condition, String description, int maxFrameSize) {
        ByteWriter out = new ByteWriter(128);
        out.descriptor(Descriptor.REJECTED);
        int rejected = out.beginCompound(TypeCode.LIST_32);
        out.descriptor(Descriptor.ERROR);
        int error = out.beginCompound(TypeCode.LIST_32);
        out.symbol(condition.toString()).string(shortened(description, descriptionLimit(maxFrameSize)));
        out.endCompound(error, 2);
        out.endCompound(rejected, 1);
        return out.toArray();
    }

    /** What a consumer said of a failure, for people. */
    static String text(String condition, String description) {
        if (condition == null) {
            return description == null ? "" : shortened(description, DESCRIPTION_LIMIT);
        }
        return shortened(description == null ? condition : condition + ": " + description, DESCRIPTION_LIMIT);
    }

    private static String shortened(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
    }
}

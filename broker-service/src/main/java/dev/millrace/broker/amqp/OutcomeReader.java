package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Outcome;

/** Reads the state in a disposition (AMQP 1.0, part 3, section 3.4). */
final class OutcomeReader {

    private OutcomeReader() {}

    /**
     * Reads one delivery state.
     *
     * @return null if it is not one that ends a delivery
     */
    static Outcome read(AmqpReader in) {
        return switch (in.readDescriptor()) {
            case Descriptor.ACCEPTED -> Outcome.ACCEPTED;
            case Descriptor.RELEASED -> Outcome.RELEASED;
            case Descriptor.REJECTED -> rejected(in);
            case Descriptor.MODIFIED -> modified(in);
            default -> null;
        };
    }

    /** What is between a transactional state's descriptor and its end. */
    record InTransaction(long transaction, Outcome outcome) {}

    /** Reads a transactional state; null if this is another one, of which nothing is read then. */
    static InTransaction readTransactional(AmqpReader in) {
        int start = in.position();
        if (in.readDescriptor() != Descriptor.TRANSACTIONAL_STATE) {
            in.position(start);
            return null;
        }
        int count = in.beginList();
        long transaction = count > 0 ? TransactionId.read(in) : TransactionId.NONE;
        Outcome outcome = count > 1 && !in.skipNull() ? read(in) : null;
        return new InTransaction(transaction, outcome);
    }

    private static Outcome rejected(AmqpReader in) {
        if (in.beginList() == 0 || in.skipNull()) {
            return new Outcome.Rejected("");
        }
        return new Outcome.Rejected(errorText(in));
    }

    private static String errorText(AmqpReader in) {
        if (in.readDescriptor() != Descriptor.ERROR) {
            throw new MalformedDataException("an error was expected");
        }
        int count = in.beginList();
        String condition = count > 0 ? in.readTextOrNull() : null;
        String description = count > 1 ? in.readTextOrNull() : null;
        return AmqpErrors.text(condition, description);
    }

    /** The outcome itself has no place for an error; so our clients put it into its annotations. */
    private static Outcome modified(AmqpReader in) {
        int count = in.beginList();
        boolean failed = count > 0 && in.readBoolean(false);
        boolean undeliverable = count > 1 && in.readBoolean(false);
        long deliverAt = 0;
        String condition = null;
        String description = null;
        for (int i = count > 2 && !in.skipNull() ? in.beginMap() : 0; i > 0; i -= 2) {
            switch (AnnotationKey.read(in)) {
                case DELIVERY_TIME -> deliverAt = Math.max(0, in.readWhole(0));
                case ERROR_CONDITION -> condition = textOrNull(in);
                case ERROR_DESCRIPTION -> description = textOrNull(in);
                case null, default -> in.skip();
            }
        }
        return new Outcome.Modified(failed, undeliverable, deliverAt, AmqpErrors.text(condition, description));
    }

    /** Null for anything that is no text: the annotations are not ours alone. */
    private static String textOrNull(AmqpReader in) {
        return switch (in.peekCode()) {
            case TypeCode.STRING_8, TypeCode.STRING_32, TypeCode.SYMBOL_8, TypeCode.SYMBOL_32 -> in.readText();
            default -> {
                in.skip();
                yield null;
            }
        };
    }
}

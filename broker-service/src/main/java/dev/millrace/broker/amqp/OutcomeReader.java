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
            case Descriptor.TRANSACTIONAL_STATE ->
                throw new ProtocolViolationException(
                        AmqpErrors.NOT_IMPLEMENTED, "no transaction was declared on this connection");
            default -> null;
        };
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

    private static Outcome modified(AmqpReader in) {
        int count = in.beginList();
        boolean failed = count > 0 && in.readBoolean(false);
        boolean undeliverable = count > 1 && in.readBoolean(false);
        long deliverAt = count > 2 && !in.skipNull() ? deliveryTime(in) : 0;
        return new Outcome.Modified(failed, undeliverable, deliverAt, "");
    }

    private static long deliveryTime(AmqpReader in) {
        long deliverAt = 0;
        for (int i = in.beginMap(); i > 0; i -= 2) {
            if (AnnotationKey.read(in) == AnnotationKey.DELIVERY_TIME) {
                deliverAt = Math.max(0, in.readWhole(0));
            } else {
                in.skip();
            }
        }
        return deliverAt;
    }
}

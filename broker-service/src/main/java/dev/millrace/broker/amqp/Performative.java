package dev.millrace.broker.amqp;

/**
 * The fields of the frames that are read here and not by the protocol engine (AMQP 1.0, part 2, section 2.7). One mutable
 * instance of each per connection: they are read once per frame and used at once.
 */
final class Performative {

    private Performative() {}

    /** A list's elements, read one after another; elements that are left out at its end are as good as null. */
    private static boolean has(int index, int count, AmqpReader in) {
        return index < count && !in.skipNull();
    }

    static final class Transfer {
        int handle;
        /** -1 if none is given. */
        long deliveryId;

        boolean settled;
        boolean more;
        boolean aborted;
        /** Whether it is part of a transaction. */
        boolean transactional;
        /** Of that transaction. */
        long transaction;

        void read(AmqpReader in) {
            int count = in.beginList();
            int end = in.compoundEnd();
            handle = has(0, count, in) ? (int) in.readUnsigned() : -1;
            deliveryId = has(1, count, in) ? in.readUnsigned() : -1;
            skip(2, 3, count, in);
            settled = has(4, count, in) && in.readBoolean(false);
            more = has(5, count, in) && in.readBoolean(false);
            skip(6, 6, count, in);
            transactional = has(7, count, in) && isTransactional(in);
            skip(8, 8, count, in);
            aborted = has(9, count, in) && in.readBoolean(false);
            in.leave(end);
        }

        private boolean isTransactional(AmqpReader in) {
            int start = in.position();
            boolean found = in.readDescriptor() == Descriptor.TRANSACTIONAL_STATE;
            if (found) {
                transaction = in.beginList() > 0 ? TransactionId.read(in) : TransactionId.NONE;
            }
            in.position(start);
            in.skip();
            return found;
        }
    }

    static final class Flow {
        /** -1 if the peer has not seen our begin. */
        long nextIncomingId;

        long incomingWindow;
        /** -1 if the flow is about the session only. */
        long handle;
        /** -1 if the receiver has not seen our attach. */
        long deliveryCount;
        /** -1 if not given. */
        long linkCredit;

        boolean drain;
        boolean echo;

        void read(AmqpReader in) {
            int count = in.beginList();
            int end = in.compoundEnd();
            nextIncomingId = has(0, count, in) ? in.readUnsigned() : -1;
            incomingWindow = has(1, count, in) ? in.readUnsigned() : 0;
            skip(2, 3, count, in);
            handle = has(4, count, in) ? in.readUnsigned() : -1;
            deliveryCount = has(5, count, in) ? in.readUnsigned() : -1;
            linkCredit = has(6, count, in) ? in.readUnsigned() : -1;
            skip(7, 7, count, in);
            drain = has(8, count, in) && in.readBoolean(false);
            echo = has(9, count, in) && in.readBoolean(false);
            in.leave(end);
        }
    }

    static final class Disposition {
        boolean byReceiver;
        int first;
        int last;
        boolean settled;
        /** Where the state starts; -1 if there is none. */
        int stateStart;

        int stateEnd;

        void read(AmqpReader in) {
            int count = in.beginList();
            int end = in.compoundEnd();
            byReceiver = has(0, count, in) && in.readBoolean(false);
            if (!has(1, count, in)) {
                throw new MalformedDataException("a disposition without its first delivery");
            }
            first = (int) in.readUnsigned();
            last = has(2, count, in) ? (int) in.readUnsigned() : first;
            settled = has(3, count, in) && in.readBoolean(false);
            stateStart = -1;
            if (has(4, count, in)) {
                stateStart = in.position();
                in.skip();
                stateEnd = in.position();
            }
            in.leave(end);
        }
    }

    static final class Begin {
        boolean answersOurs;
        int nextOutgoingId;
        long incomingWindow;

        void read(AmqpReader in) {
            int count = in.beginList();
            answersOurs = has(0, count, in);
            if (answersOurs) {
                in.skip();
            }
            nextOutgoingId = has(1, count, in) ? (int) in.readUnsigned() : 0;
            incomingWindow = has(2, count, in) ? in.readUnsigned() : 0;
        }
    }

    static final class Attach {
        String name;
        long handle;
        boolean byReceiver;
        int initialDeliveryCount;

        void read(AmqpReader in) {
            int count = in.beginList();
            if (!has(0, count, in)) {
                throw new MalformedDataException("an attach without a name");
            }
            name = in.readText();
            handle = has(1, count, in) ? in.readUnsigned() : -1;
            byReceiver = has(2, count, in) && in.readBoolean(false);
            skip(3, 8, count, in);
            initialDeliveryCount = has(9, count, in) ? (int) in.readUnsigned() : 0;
        }
    }

    /** The handle that a detach is about. */
    static long detachedHandle(AmqpReader in) {
        return has(0, in.beginList(), in) ? in.readUnsigned() : -1;
    }

    private static void skip(int from, int to, int count, AmqpReader in) {
        for (int i = from; i <= to && i < count; i++) {
            in.skip();
        }
    }
}

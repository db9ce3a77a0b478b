package dev.millrace.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Role;

/** One connection that receives and accepts every message at once, with one link for each of its sources. */
final class AmqpConsumer extends AmqpConnection {
    /** A client with many links gives each of them more than its part: that is what clients are set to. */
    private static final int LEAST_CREDIT = 200;

    private static final int BODY_DATA = 0x75;
    private static final int ANSWER_BYTES = 64;

    private final Meter meter;
    private final ClientMeter counters;
    private final ToLongFunction<ByteBuffer> intendedTime;
    private final Workload workload;
    private final int credit;
    private boolean mayEmpty;
    private final int[] deliveryCounts;
    private final int[] creditUpTo;

    private long intended;
    private boolean inProgress;
    private int deliveryId;
    /** The deliveries from the first to the last are to be accepted. */
    private int firstToAccept;

    private int lastToAccept;
    private boolean acceptDue;

    /** @param intendedTime reads from the start of a body for when its message was intended */
    AmqpConsumer(Workload workload, int number, Meter meter, ToLongFunction<ByteBuffer> intendedTime) {
        super(0);
        this.intendedTime = intendedTime;
        this.meter = meter;
        this.workload = workload;
        mayEmpty = workload.floor() == 0;
        this.counters = meter.client();
        int links = workload.sources(number).size();
        credit = Math.max(LEAST_CREDIT, workload.inFlight() / links);
        deliveryCounts = new int[links];
        creditUpTo = new int[links];
    }

    void connect(String host, int port, Workload workload, int number) throws IOException {
        List<Workload.Source> sources = workload.sources(number);
        Attach[] links = new Attach[sources.size()];
        for (int i = 0; i < links.length; i++) {
            links[i] = attach(sources.get(i).address(), i);
        }
        open(host, port, "bench-consumer-" + number, links);
    }

    private static Attach attach(String address, int handle) {
        var source = new Source();
        source.setAddress(address);
        var attach = new Attach();
        attach.setName("bench-" + address);
        attach.setHandle(UnsignedInteger.valueOf(handle));
        attach.setRole(Role.RECEIVER);
        attach.setSource(source);
        attach.setTarget(new Target());
        return attach;
    }

    @Override
    void transfer(int fields, ByteBuffer body) {
        int handle = AmqpFields.uint(body, 0);
        int id = fields > 1 ? AmqpFields.uint(body, deliveryId) : deliveryId;
        boolean more = false;
        for (int field = 2; field < fields; field++) {
            if (field == 5) {
                more = AmqpFields.bool(body);
            } else {
                AmqpFields.skip(body);
            }
        }
        if (!inProgress) {
            deliveryId = id;
            intended = intendedTime.applyAsLong(bodyOf(body));
        }
        inProgress = more;
        if (!more) {
            counters.delivered(
                    intended, workload.timetable() == null ? System.nanoTime() : MessageTemplate.epochNanos());
            deliveryCounts[handle]++;
            accept(id);
        }
    }

    /** At the body's first byte; of what comes before only the length matters. */
    private static ByteBuffer bodyOf(ByteBuffer payload) {
        while (AmqpFields.descriptor(payload) != BODY_DATA) {
            AmqpFields.skip(payload);
        }
        boolean small = (payload.get() & 0xff) == 0xa0;
        payload.position(payload.position() + (small ? 1 : Integer.BYTES));
        return payload;
    }

    private void accept(int id) {
        if (acceptDue && id != lastToAccept + 1) {
            writeAccept();
        }
        if (!acceptDue) {
            firstToAccept = id;
            acceptDue = true;
        }
        lastToAccept = id;
    }

    /** disposition(role=receiver, first, last, settled=true, state=accepted). */
    private void writeAccept() {
        acceptDue = false;
        int start = out.position();
        out.putInt(0).putInt(2 << 24);
        out.put((byte) 0).put((byte) 0x53).put((byte) 0x15);
        out.put((byte) 0xc0).put((byte) 17).put((byte) 5);
        out.put((byte) 0x41);
        out.put((byte) 0x70).putInt(firstToAccept);
        out.put((byte) 0x70).putInt(lastToAccept);
        out.put((byte) 0x41);
        out.put((byte) 0).put((byte) 0x53).put((byte) 0x24).put((byte) 0x45);
        out.putInt(start, out.position() - start);
    }

    /** Takes all there is from now on, whatever the workload's floor. */
    void empty() {
        mayEmpty = true;
    }

    @Override
    void endTurn() {
        if (acceptDue && out.remaining() > ANSWER_BYTES) {
            writeAccept();
        }
        if (!mayEmpty && meter.room(0, workload.copies()) > -workload.floor()) {
            return;
        }
        for (int link = 0; link < creditUpTo.length; link++) {
            // Credit in halves of the whole, not one by one: a flow frame per message would be most of what we send.
            if (creditUpTo[link] - deliveryCounts[link] <= credit / 2 && out.remaining() > ANSWER_BYTES) {
                creditUpTo[link] = deliveryCounts[link] + credit;
                writeFlow(link);
            }
        }
    }

    /** flow(next-incoming-id, incoming-window, next-outgoing-id, outgoing-window, handle, delivery-count, credit). */
    private void writeFlow(int handle) {
        int start = out.position();
        out.putInt(0).putInt(2 << 24);
        out.put((byte) 0).put((byte) 0x53).put((byte) 0x13);
        out.put((byte) 0xc0).put((byte) 36).put((byte) 7);
        out.put((byte) 0x70).putInt(nextIncomingId());
        out.put((byte) 0x70).putInt(Integer.MAX_VALUE);
        out.put((byte) 0x70).putInt(nextOutgoingId());
        out.put((byte) 0x70).putInt(Integer.MAX_VALUE);
        out.put((byte) 0x70).putInt(handle);
        out.put((byte) 0x70).putInt(deliveryCounts[handle]);
        out.put((byte) 0x70).putInt(credit);
        out.putInt(start, out.position() - start);
    }

    @Override
    void credit(int handle, int upTo) {
        // The broker's word on what it has to send: nothing to do.
    }

    @Override
    void disposition(int fields, ByteBuffer body) {
        // The broker's word on what it settled by itself (a lock that ran out): counted as delivered all the same.
    }

    @Override
    void ended(String why) {
        meter.refused(why);
    }
}

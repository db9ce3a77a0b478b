package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.Schedule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Role;

/**
 * One connection that publishes durable messages, with one link for each of its destinations. Between messages nothing is
 * built anew: the same bytes are sent again and again, with another time in the body. Served by one {@link AmqpLoop}.
 */
final class AmqpPublisher extends AmqpConnection {
    private static final Symbol TOPIC = Symbol.valueOf("topic");
    private static final int ACCEPTED = 0x24;
    private static final int PERFORMATIVE_BYTES = 40;
    /**
     * On a schedule, how long what is due is gathered before it is sent. Without it a publisher would write a few messages
     * for each answer that comes, and broker and load would spend their time on system calls. The latency has it in it.
     */
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private final Meter meter;
    private final ClientMeter counters;
    private final Window window;
    private final List<String> targets;
    private final int limit;

    // By link.
    private final int[] sent;
    private final int[] creditUpTo;
    private final int[] inFlight;

    // By delivery id, in a ring.
    private final long[] intendedTimes;
    private final int[] links;
    private final boolean[] pending;
    private int nextDeliveryId;

    private final MessageTemplate template;
    private final byte[] message;

    private boolean running;
    private Schedule schedule;
    private long startNanoTime;
    private long lastTick;
    private int sentOnSchedule;
    private int unanswered;
    private int nextLink;
    private CompletableFuture<Void> idle;

    AmqpPublisher(Workload workload, int number, Meter meter) {
        super(workload.messageBytes() + PERFORMATIVE_BYTES + MessageTemplate.SECTION_BYTES);
        this.meter = meter;
        this.counters = meter.client();
        this.window = new Window(meter, workload);
        targets = workload.targets(number);
        limit = Math.max(1, workload.inFlight() / targets.size());
        sent = new int[targets.size()];
        creditUpTo = new int[targets.size()];
        inFlight = new int[targets.size()];
        int slots = Integer.highestOneBit(Math.max(workload.inFlight(), targets.size())) * 8;
        intendedTimes = new long[slots];
        links = new int[slots];
        pending = new boolean[slots];
        template = new MessageTemplate(workload, number);
        message = template.bytes();
    }

    void connect(String host, int port, Workload workload, int number) throws IOException {
        Attach[] attaches = new Attach[targets.size()];
        for (int i = 0; i < attaches.length; i++) {
            attaches[i] = attach(targets.get(i), i, workload.isTopic());
        }
        open(host, port, "bench-publisher-" + number, attaches);
    }

    private static Attach attach(String address, int handle, boolean topic) {
        var target = new Target();
        target.setAddress(address);
        if (topic) {
            target.setCapabilities(TOPIC);
        }
        var attach = new Attach();
        attach.setName("bench-" + address);
        attach.setHandle(UnsignedInteger.valueOf(handle));
        attach.setRole(Role.SENDER);
        attach.setSource(new Source());
        attach.setTarget(target);
        attach.setInitialDeliveryCount(UnsignedInteger.ZERO);
        return attach;
    }

    /** Begins to send; at a rate above 0 on a schedule. */
    void publish(double perSecond) {
        schedule = perSecond > 0 ? Schedule.endless(perSecond) : null;
        startNanoTime = System.nanoTime();
        lastTick = startNanoTime;
        sentOnSchedule = 0;
        running = true;
    }

    /** Stops sending; completes when everything that was sent is answered. */
    void pause(CompletableFuture<Void> whenIdle) {
        running = false;
        idle = whenIdle;
        answered(0);
    }

    private void answered(int count) {
        unanswered -= count;
        if (unanswered == 0 && idle != null) {
            idle.complete(null);
        }
    }

    @Override
    void endTurn() {
        if (running && schedule == null) {
            pump();
        } else if (running) {
            sendDue();
        }
    }

    /** Closed loop: sends as many as may be in flight. */
    private void pump() {
        for (int link = 0; link < sent.length; link++) {
            while (inFlight[link] < limit && maySend(link)) {
                if (!window.take()) {
                    return;
                }
                send(link, System.nanoTime());
            }
        }
    }

    private void sendDue() {
        long now = System.nanoTime();
        if (now - lastTick < TICK_NANOS) {
            return;
        }
        lastTick = now;
        int due = schedule.due(now - startNanoTime);
        for (int blocked = 0; sentOnSchedule < due && blocked < sent.length; ) {
            int link = nextLink++ % sent.length;
            if (maySend(link)) {
                blocked = 0;
                send(link, startNanoTime + schedule.nanos(sentOnSchedule++));
            } else {
                blocked++;
            }
        }
    }

    private boolean maySend(int link) {
        return creditUpTo[link] - sent[link] > 0
                && mayTransfer()
                && !pending[nextDeliveryId & pending.length - 1]
                && out.remaining() >= message.length + frames() * PERFORMATIVE_BYTES;
    }

    private int frames() {
        return message.length / (maxFrame() - PERFORMATIVE_BYTES) + 1;
    }

    private void send(int link, long intended) {
        int id = nextDeliveryId++;
        int slot = id & pending.length - 1;
        pending[slot] = true;
        links[slot] = link;
        intendedTimes[slot] = intended;
        sent[link]++;
        inFlight[link]++;
        unanswered++;
        counters.published();
        template.next(intended);
        int part = maxFrame() - PERFORMATIVE_BYTES;
        for (int from = 0; from < message.length; from += part) {
            int length = Math.min(part, message.length - from);
            transfer(link, id, from + length < message.length, from, length);
        }
    }

    /** transfer(handle, delivery-id, delivery-tag, message-format=0, settled=false, more), then a part of the message. */
    private void transfer(int link, int id, boolean more, int from, int length) {
        int start = out.position();
        out.putInt(0).putInt(2 << 24);
        out.put((byte) 0).put((byte) 0x53).put((byte) 0x14);
        out.put((byte) 0xc0).put((byte) 20).put((byte) 6);
        out.put((byte) 0x70).putInt(link);
        out.put((byte) 0x70).putInt(id);
        out.put((byte) 0xa0).put((byte) 4).putInt(id);
        out.put((byte) 0x43);
        out.put((byte) 0x42);
        out.put((byte) (more ? 0x41 : 0x42));
        out.put(message, from, length);
        out.putInt(start, out.position() - start);
        transferred();
    }

    @Override
    void credit(int handle, int upTo) {
        creditUpTo[handle] = upTo;
    }

    @Override
    void disposition(int fields, ByteBuffer body) {
        boolean fromReceiver = AmqpFields.bool(body);
        int first = AmqpFields.uint(body, 0);
        int last = fields > 2 ? AmqpFields.uint(body, first) : first;
        boolean settled = fields > 3 && AmqpFields.bool(body);
        if (!fromReceiver || !settled) {
            return;
        }
        int state = fields > 4 ? AmqpFields.descriptor(body) : 0;
        for (int id = first; id - last <= 0; id++) {
            answer(id & pending.length - 1, state);
        }
    }

    private void answer(int slot, int state) {
        if (!pending[slot]) {
            return;
        }
        pending[slot] = false;
        inFlight[links[slot]]--;
        if (state == ACCEPTED) {
            counters.acknowledged(intendedTimes[slot]);
        } else {
            meter.refused("a message was not accepted, but settled with state 0x" + Integer.toHexString(state));
        }
        answered(1);
    }

    @Override
    void transfer(int fields, ByteBuffer body) {
        throw new IllegalStateException("a transfer came to a publisher");
    }

    @Override
    void ended(String why) {
        if (idle != null) {
            idle.completeExceptionally(new IllegalStateException(why));
        }
        for (int i = 0; i < unanswered; i++) {
            meter.refused(why);
        }
        unanswered = 0;
        running = false;
    }
}

package dev.millrace.broker.amqp;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/**
 * An {@link EmbeddedFront} on which bad peers come and go beside a well-behaved one. After each it is made sure that the
 * other still gets its messages, that nothing of the bad peer is left, and that what was done for it was not more than
 * any input is worth. One front serves many inputs; one that fails is played again on a fresh front, so that
 * what is reported can be repeated.
 */
final class FuzzedFront {

    /** Bounds the log, which nobody cleans here. */
    private static final int INPUTS_PER_FRONT = 100;

    /** Of processor time and of allocation by this thread: neither depends on what else the machine does. */
    private static final long MAX_NANOS = 1_000_000_000L;

    private static final long MAX_BYTES = 32L << 20;

    private static final int MAX_ATTEMPTS = 3;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final byte[] MESSAGE = RawPeer.message((byte) 42);

    private static FuzzedFront shared;

    private final EmbeddedFront front = new EmbeddedFront();
    private final EmbeddedPeer bystander = front.connect().begin(65_536);
    private int inputs;

    private FuzzedFront() {
        bystander.keepAlive();
        bystander.write(RawPeer.attachPublisher(0, "publisher", "bystander"));
        bystander.write(RawPeer.attachConsumer(1, "consumer", "bystander"));
        bystander.write(RawPeer.flow(1, 0, 1_000, 0, INPUTS_PER_FRONT, false));
        front.settle();
    }

    /** Lets bad peers do what they do. */
    static void play(Consumer<EmbeddedFront> input) {
        if (shared == null || shared.inputs == INPUTS_PER_FRONT) {
            shared = new FuzzedFront();
        }
        try {
            shared.check(input);
        } catch (Throwable e) {
            shared = null;
            again(input);
            if (!(e instanceof TooMuchWork)) {
                throw new AssertionError("not by this input alone, but after others", e);
            }
        }
    }

    /** On a fresh front; several times if it was too much work, for classes may be loaded and instrumented on the way. */
    private static void again(Consumer<EmbeddedFront> input) {
        for (int attempt = 1; true; attempt++) {
            try {
                new FuzzedFront().check(input);
                return;
            } catch (TooMuchWork e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void check(Consumer<EmbeddedFront> input) {
        long nanos = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        input.accept(front);
        nanos = THREADS.getCurrentThreadCpuTime() - nanos;
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        if (nanos > MAX_NANOS || bytes > MAX_BYTES) {
            throw new TooMuchWork(nanos / 1_000_000 + " ms and " + bytes + " bytes for one input");
        }
        front.dropAllBut(bystander);
        exchange();
        inputs++;
    }

    /** The bystander publishes a message to itself and settles it. */
    private void exchange() {
        bystander.frames().clear();
        bystander.write(RawPeer.transfer(0, inputs, false, MESSAGE));
        if (!bystander.expect(Descriptor.DISPOSITION).says("S$")
                || !bystander.expect(Descriptor.TRANSFER).endsWith(MESSAGE)) {
            throw new AssertionError("the bystander's message is not accepted, or not delivered as it was");
        }
        bystander.write(RawPeer.disposition(inputs, inputs, true, Descriptor.ACCEPTED));
        front.settle();
    }

    private static final class TooMuchWork extends AssertionError {

        private static final long serialVersionUID = 1L;

        TooMuchWork(String message) {
            super(message);
        }
    }
}

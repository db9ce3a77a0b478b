package dev.millrace.broker.amqp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A peer on an {@link EmbeddedFront} that sends anything, and holds what it is sent against the rules: every frame is
 * whole, decodable and no larger than the peer takes; nothing follows a close; no fault of the peer is called an error
 * of the broker; who is cut off is told why.
 */
final class EmbeddedPeer {

    /** What a peer that has not said otherwise takes. */
    private static final int DEFAULT_MAX_FRAME_SIZE = EmbeddedFront.SETTINGS.maxFrameSize();

    private final EmbeddedFront front;
    private final EmbeddedSocket socket;
    private final List<RawPeer.Frame> frames = new ArrayList<>();
    private byte[] incoming = {};
    private int headers;
    private int maxFrameSize = DEFAULT_MAX_FRAME_SIZE;
    private boolean closed;
    private boolean vanished;
    private boolean stalled;
    private boolean lively;

    EmbeddedPeer(EmbeddedFront front, EmbeddedSocket socket) {
        this.front = front;
        this.socket = socket;
    }

    /** Sends bytes; they are acted upon when the front settles. */
    EmbeddedPeer write(byte[] bytes) {
        if (!vanished) {
            socket.write(bytes);
        }
        return this;
    }

    /** Sends the protocol header, the open and the begin of channel 0, and sees them answered. */
    EmbeddedPeer begin(int maxFrameSize) {
        write(RawPeer.AMQP_HEADER).write(RawPeer.open("peer", maxFrameSize, 0)).write(RawPeer.begin(0));
        front.settle();
        takes(maxFrameSize);
        expect(Descriptor.OPEN);
        expect(Descriptor.BEGIN);
        return this;
    }

    /** From now on the peer is never silent for long. */
    void keepAlive() {
        lively = true;
    }

    void giveSignOfLife() {
        if (lively) {
            write(FrameEncoder.EMPTY_FRAME);
        }
    }

    /** The peer has said what frames it takes. */
    void takes(int maxFrameSize) {
        this.maxFrameSize = Math.min(DEFAULT_MAX_FRAME_SIZE, maxFrameSize);
    }

    /** Takes the first frame of this kind that has come; there has to be one. */
    RawPeer.Frame expect(int code) {
        front.settle();
        for (RawPeer.Frame frame : frames) {
            if (frame.is(code)) {
                frames.remove(frame);
                return frame;
            }
        }
        throw new AssertionError("no frame 0x" + Integer.toHexString(code) + " among " + frames);
    }

    /** All that has come and was not taken. */
    List<RawPeer.Frame> frames() {
        return frames;
    }

    boolean run() {
        boolean read = socket.run();
        incoming = RawPeer.join(incoming, socket.read());
        int at = 0;
        for (int size = sizeAt(at); size <= incoming.length - at; size = sizeAt(at)) {
            take(at, at + size);
            at += size;
        }
        incoming = Arrays.copyOfRange(incoming, at, incoming.length);
        if (!socket.isOpen() && !vanished && !stalled) {
            checkEnd();
        }
        return read || at > 0;
    }

    /** How long the next thing is; more than there can be if that is not known yet. */
    private int sizeAt(int at) {
        if (incoming.length - at < RawPeer.AMQP_HEADER.length) {
            return Integer.MAX_VALUE;
        }
        int size = new AmqpReader().over(incoming, at, incoming.length).readInt();
        boolean header = incoming[at] == 'A';
        check(header || size >= 8 && size <= maxFrameSize, "a frame of " + size + ", the peer takes " + maxFrameSize);
        return header ? RawPeer.AMQP_HEADER.length : size;
    }

    private void take(int from, int to) {
        check(!closed, "something follows a close");
        if (incoming[from] == 'A') {
            headers++;
            return;
        }
        check(headers > 0, "a frame before the header");
        int channel = (incoming[from + 6] & 0xff) << 8 | incoming[from + 7] & 0xff;
        byte[] body = Arrays.copyOfRange(incoming, from + 8, to);
        int code = body.length == 0 ? -1 : performative(body);
        frames.add(new RawPeer.Frame(incoming[from + 5], channel, code, body));
        if (code == Descriptor.CLOSE) {
            closed = true;
        }
    }

    private static int performative(byte[] body) {
        AmqpReader in = new AmqpReader().over(body, 0, body.length);
        NestingCheck.check(in);
        int code = in.over(body, 0, body.length).readDescriptor();
        // What a peer says comes back to it in attaches and transfers only.
        boolean ours = code != Descriptor.TRANSFER && code != Descriptor.ATTACH;
        check(!ours || !says(body, "amqp:internal-error"), "the broker takes the blame");
        return code;
    }

    private static boolean says(byte[] body, String text) {
        return new RawPeer.Frame(0, 0, 0, body).says(text);
    }

    private void checkEnd() {
        boolean refused = headers == 1 && frames.stream().allMatch(frame -> frame.type() == 1);
        check(closed || refused, "cut off without a reason");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    void stall(boolean stalled) {
        this.stalled = stalled;
        socket.stall(stalled);
    }

    void pass(long millis) {
        if (!vanished) {
            socket.pass(millis);
        }
    }

    void vanish() {
        vanished = true;
        socket.vanish();
    }
}

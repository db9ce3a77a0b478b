package dev.millrace.broker.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;

/**
 * What goes out on one connection: gathered in chunks during a turn of the event loop, flushed to the socket once at its
 * end.
 */
final class SocketOutput {

    private static final int CHUNK = 32 * 1024;

    private final ChannelHandlerContext channel;
    private final AmqpStatistics statistics;
    private final FrameEncoder frame = new FrameEncoder();
    private ByteBuf chunk;
    private boolean unflushed;
    private long written;

    SocketOutput(ChannelHandlerContext channel, AmqpStatistics statistics) {
        this.channel = channel;
        this.statistics = statistics;
    }

    /** The frame to be written next with {@link #writeFrame}. */
    FrameEncoder frame() {
        return frame;
    }

    void writeFrame() {
        statistics.framesOut.increment();
        write(frame.bytes(), 0, frame.length());
    }

    void write(byte[] source, int from, int count) {
        int done = 0;
        while (done < count) {
            ByteBuf into = room();
            int part = Math.min(into.writableBytes(), count - done);
            into.writeBytes(source, from + done, part);
            done += part;
        }
        written += count;
    }

    void write(ByteBuffer source) {
        written += source.remaining();
        int end = source.limit();
        while (source.position() < end) {
            ByteBuf into = room();
            source.limit(Math.min(end, source.position() + into.writableBytes()));
            into.writeBytes(source);
        }
        source.limit(end);
    }

    private ByteBuf room() {
        if (chunk != null && !chunk.isWritable()) {
            hand();
        }
        if (chunk == null) {
            chunk = channel.alloc().directBuffer(CHUNK, CHUNK);
        }
        return chunk;
    }

    private void hand() {
        statistics.bytesOut.add(chunk.readableBytes());
        channel.write(chunk, channel.voidPromise());
        chunk = null;
        unflushed = true;
    }

    /** Whether the peer takes its data more slowly than it comes: nothing more is to be produced before it drains. */
    boolean full() {
        return !channel.channel().isWritable();
    }

    /** Bytes written since the connection's start, to tell whether it was idle. */
    long written() {
        return written;
    }

    void flush() {
        if (chunk != null) {
            hand();
        }
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /**
     * Ends our half of the connection once all that was written is out. The other half stays open for a while: closing
     * with bytes of the peer unread would reset the connection, and with it what the peer has not read yet.
     */
    void end() {
        flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (channel.channel() instanceof DuplexChannel socket && socket.isActive()) {
                socket.shutdownOutput();
            }
        });
    }

    /** Gives up what was not flushed. */
    void release() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }
}

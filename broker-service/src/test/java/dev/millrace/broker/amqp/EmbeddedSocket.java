package dev.millrace.broker.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Handler;
import io.vertx.core.net.impl.NetSocketInternal;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * A connection's socket without a network: bytes go in and out through memory, its event loop runs when it is told to,
 * and its clock stands still until it is told to go on. Stands for as much of Vert.x's socket as the front uses.
 */
final class EmbeddedSocket extends ChannelDuplexHandler {

    private final Queue<byte[]> unread = new ArrayDeque<>();
    private final EmbeddedChannel channel;
    private final NetSocketInternal socket;
    private ChannelHandlerContext context;
    private Handler<Object> onMessage;
    private Handler<Void> onClose;
    private Handler<Void> onDrain;
    private boolean stalled;

    /** Keeps back what is flushed while the peer does not read. */
    private final class Gate extends ChannelOutboundHandlerAdapter {

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!stalled) {
                context.flush();
            }
        }
    }

    /** Runs one task after the other, as event loops do, and not one within another as Netty's does. */
    private static final class Channel extends EmbeddedChannel {

        private boolean running;

        Channel(ChannelHandler... handlers) {
            super(handlers);
        }

        @Override
        public void runPendingTasks() {
            if (!running) {
                running = true;
                try {
                    super.runPendingTasks();
                } finally {
                    running = false;
                }
            }
        }
    }

    EmbeddedSocket() {
        channel = new Channel(new Gate(), this);
        channel.freezeTime();
        socket = (NetSocketInternal) Proxy.newProxyInstance(
                NetSocketInternal.class.getClassLoader(), new Class<?>[] {NetSocketInternal.class}, this::call);
    }

    NetSocketInternal socket() {
        return socket;
    }

    @SuppressWarnings("unchecked")
    private Object call(Object proxy, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "channelHandlerContext" -> {
                return context;
            }
            case "messageHandler" -> onMessage = (Handler<Object>) arguments[0];
            case "closeHandler" -> onClose = (Handler<Void>) arguments[0];
            case "drainHandler" -> onDrain = (Handler<Void>) arguments[0];
            case "setWriteQueueMaxSize" -> channel.config().setWriteBufferWaterMark(waterMark((int) arguments[0]));
            case "exceptionHandler" -> {}
            case "remoteAddress" -> {
                return null;
            }
            case "close" -> {
                channel.close();
                return null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        }
        return proxy;
    }

    private static WriteBufferWaterMark waterMark(int high) {
        return new WriteBufferWaterMark(high / 2, high);
    }

    // ---- the peer's side

    /** Sends these bytes in one piece; they are read as soon as the front reads. */
    void write(byte[] bytes) {
        unread.add(bytes);
    }

    /** Lets the front read and its event loop run; answers whether there was anything to read. */
    boolean run() {
        boolean read = false;
        while (isOpen() && !unread.isEmpty() && channel.config().isAutoRead()) {
            channel.writeInbound(Unpooled.wrappedBuffer(unread.remove()));
            read = true;
        }
        channel.runPendingTasks();
        channel.checkException();
        return read;
    }

    /** What the front has written since the last call. */
    byte[] read() {
        ByteWriter out = new ByteWriter(64);
        for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            buffer.release();
            out.put(bytes);
        }
        return out.toArray();
    }

    /** Stops to take what the front writes, or takes it again. */
    void stall(boolean stalled) {
        this.stalled = stalled;
        if (!stalled) {
            channel.flush();
        }
    }

    void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Is gone without a word. */
    void vanish() {
        channel.finishAndReleaseAll();
    }

    // ---- the front's side

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (onMessage == null) {
            ReferenceCountUtil.release(message);
        } else {
            onMessage.handle(message);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && onDrain != null) {
            onDrain.handle(null);
        }
    }

    /** The front hears of a write that came too late as Vert.x tells it: not at all. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof ClosedChannelException)) {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (onClose != null) {
            onClose.handle(null);
        }
    }
}

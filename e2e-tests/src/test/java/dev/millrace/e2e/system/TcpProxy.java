package dev.millrace.e2e.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between two parts and passes their bytes on, until it fails in one of two ways:
 *
 * <ul>
 *   <li>cut: connections are reset, and new ones refused, as when a host goes away;
 *   <li>mute: what is sent vanishes, and nobody is told, as when a firewall forgets its connections. New connections are
 *       taken and just as silent.
 * </ul>
 *
 * When it is mended new connections work; those that were muted are silent for ever, also about the end of their other
 * side: whoever uses them has to find out. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int BUFFER_BYTES = 16 << 10;

    private final int port;
    private final int target;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private ServerSocket listening;
    private Thread accepting;
    private boolean mute;

    /**
     * Listens at once, on the loopback address.
     *
     * @param port where the one part connects to
     * @param target where the other one listens
     */
    TcpProxy(int port, int target) {
        this.port = port;
        this.target = target;
        listen();
    }

    /** Resets all connections and refuses new ones. */
    public synchronized void cut() {
        closeQuietly(listening);
        awaitPort();
        connections.forEach(Connection::reset);
    }

    /** The port is free again when nobody waits at it any more. */
    private void awaitPort() {
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Swallows what is sent over present and new connections. */
    public synchronized void mute() {
        mute = true;
        connections.forEach(Connection::mute);
    }

    /** Takes connections again, and passes on what is sent over new ones; does nothing if nothing is wrong. */
    public synchronized void mend() {
        mute = false;
        if (listening.isClosed()) {
            listen();
        }
    }

    /** Resets what was muted before, so that neither side has to find out any more. */
    public void resetMuted() {
        connections.stream().filter(connection -> connection.muted).forEach(Connection::reset);
    }

    @Override
    public void close() {
        cut();
    }

    private void listen() {
        try {
            var server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            listening = server;
            accepting = Thread.ofVirtual().name("proxy-" + port).start(() -> accept(server));
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port, e);
        }
    }

    private void accept(ServerSocket server) {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> new Connection(client).run());
            }
        } catch (IOException cut) {
            closeQuietly(server);
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean muted;

        Connection(Socket client) {
            this.client = client;
        }

        void mute() {
            muted = true;
        }

        void run() {
            synchronized (TcpProxy.this) {
                connections.add(this);
                muted = mute;
                if (listening.isClosed()) { // cut meanwhile
                    reset();
                    return;
                }
            }
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
                Thread.ofVirtual().start(() -> pass(server, client));
                pass(client, server);
            } catch (IOException refused) {
                reset();
            }
        }

        /** Ends with one of the two, in good order, or by a cut; of a muted connection only the side that has ended. */
        private void pass(Socket from, Socket to) {
            try {
                var buffer = new byte[BUFFER_BYTES];
                for (int count = from.getInputStream().read(buffer);
                        count >= 0;
                        count = from.getInputStream().read(buffer)) {
                    if (!muted) {
                        to.getOutputStream().write(buffer, 0, count);
                    }
                }
            } catch (IOException ended) {
                closeQuietly(from);
            }
            closeQuietly(from);
            if (!muted) {
                closeQuietly(to);
            }
            if (from.isClosed() && to.isClosed()) {
                connections.remove(this);
            }
        }

        /** Both sides see a reset, and what was on its way is lost. */
        private void reset() {
            connections.remove(this);
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.setSoLinger(true, 0);
                    closeQuietly(socket);
                } catch (IOException e) {
                    closeQuietly(socket); // closed already
                }
            }
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException("a socket cannot be closed", e);
        }
    }
}

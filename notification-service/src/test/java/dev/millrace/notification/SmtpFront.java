package dev.millrace.notification;

import dev.millrace.stack.process.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in front of the capturing mail server, hands every line through, and has bad moods on request: it can refuse a
 * recipient, hang before it confirms an e-mail, or go away altogether.
 */
public final class SmtpFront implements AutoCloseable {

    private final int backendPort;
    private final int port;
    private final Map<String, Queue<String>> refusals = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> holds = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> relayed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile ServerSocket listener;

    public SmtpFront(int backendPort) {
        this.backendPort = backendPort;
        this.port = FreePorts.one();
        comeBack();
    }

    public int port() {
        return port;
    }

    /** Whether an e-mail with this line, a header or of the text, has passed. */
    public boolean hasRelayed(String line) {
        return relayed.contains(line);
    }

    /** Connections made so far. */
    public int connections() {
        return accepted.get();
    }

    /** Answers the next "RCPT TO" of this recipient with the reply, and so on for each further reply. */
    public void refuse(String recipient, String... replies) {
        refusals.put(recipient, new ConcurrentLinkedQueue<>(List.of(replies)));
    }

    /** Keeps the e-mails to this recipient unconfirmed until the latch is released. */
    public CountDownLatch hold(String recipient) {
        return holds.computeIfAbsent(recipient, ignored -> new CountDownLatch(1));
    }

    /** Ends all connections, and listens no more until {@link #comeBack}. */
    public void goAway() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens, at first and after {@link #goAway}. */
    public void comeBack() {
        try {
            var fresh = new ServerSocket();
            fresh.setReuseAddress(true);
            fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listener = fresh;
            Thread.ofVirtual().name("smtp-front").start(() -> acceptAll(fresh));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        goAway();
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!from.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client;
                var backend = new Socket(InetAddress.getLoopbackAddress(), backendPort)) {
            new Session(client, backend).run();
        } catch (IOException e) {
            // The client or goAway() ended it: as intended.
            open.remove(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /** One connection, line by line: the server offers no pipelining, so a reply follows every command. */
    private final class Session {

        private final BufferedReader fromClient;
        private final OutputStream toClient;
        private final BufferedReader fromBackend;
        private final OutputStream toBackend;
        private String recipient = "";

        Session(Socket client, Socket backend) throws IOException {
            fromClient = reader(client);
            toClient = client.getOutputStream();
            fromBackend = reader(backend);
            toBackend = backend.getOutputStream();
        }

        void run() throws IOException, InterruptedException {
            relayReply();
            for (String line = fromClient.readLine(); line != null; line = fromClient.readLine()) {
                command(line);
            }
        }

        private void command(String line) throws IOException, InterruptedException {
            if (line.toUpperCase().startsWith("RCPT TO:")) {
                recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                String refusal = refusals.getOrDefault(recipient, new ConcurrentLinkedQueue<>())
                        .poll();
                if (refusal != null) {
                    write(toClient, refusal);
                    return;
                }
            }
            write(toBackend, line);
            String reply = relayReply();
            if (line.equalsIgnoreCase("DATA") && reply.startsWith("354")) {
                relayMessage();
            }
        }

        private void relayMessage() throws IOException, InterruptedException {
            String line;
            do {
                line = fromClient.readLine();
                if (line == null) {
                    return;
                }
                write(toBackend, line);
                relayed.add(line);
            } while (!line.equals("."));
            CountDownLatch hold = holds.get(recipient);
            if (hold != null) {
                hold.await();
            }
            relayReply();
        }

        private String relayReply() throws IOException {
            String line;
            do {
                line = fromBackend.readLine();
                if (line == null) {
                    throw new IOException("the mail server hung up");
                }
                write(toClient, line);
            } while (line.length() > 3 && line.charAt(3) == '-');
            return line;
        }

        private static BufferedReader reader(Socket socket) throws IOException {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        private static void write(OutputStream to, String line) throws IOException {
            to.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            to.flush();
        }
    }
}

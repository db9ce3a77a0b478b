package dev.millrace.benchmarks.outbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The other way to publish an outbox, for comparison: it looks into the tables again and again. Arguments: port of its
 * control, interval in ms, rows in a batch, AMQP port of the broker; then for each database its JDBC URL, user, password.
 */
public final class PollingOutbox {
    private static final int FIXED_ARGUMENTS = 4;
    private static final int DATABASE_ARGUMENTS = 3;

    private PollingOutbox() {}

    /** @param arguments see above */
    public static void main(String[] arguments) throws IOException {
        int controlPort = Integer.parseInt(arguments[0]);
        long intervalMillis = Long.parseLong(arguments[1]);
        int batch = Integer.parseInt(arguments[2]);
        int brokerPort = Integer.parseInt(arguments[3]);
        Vertx vertx = Vertx.vertx();
        var loops = new ArrayList<PollLoop>();
        for (int i = FIXED_ARGUMENTS; i < arguments.length; i += DATABASE_ARGUMENTS) {
            var loop = new PollLoop(
                    arguments[i],
                    arguments[i + 1],
                    arguments[i + 2],
                    new PipelinedSender(vertx, brokerPort),
                    intervalMillis,
                    batch);
            loops.add(loop);
            Thread.ofPlatform().name("poll-" + arguments[i + 1]).start(loop);
        }
        serve(controlPort, loops);
    }

    /** {@code POST /pause} and {@code /resume}, answered when they have been obeyed. */
    private static void serve(int port, List<PollLoop> loops) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/pause", request -> answer(request, loops, true));
        server.createContext("/resume", request -> answer(request, loops, false));
        server.start();
    }

    private static void answer(HttpExchange request, List<PollLoop> loops, boolean pause) throws IOException {
        loops.forEach(loop -> loop.pause(pause));
        request.sendResponseHeaders(204, -1);
        request.close();
    }
}

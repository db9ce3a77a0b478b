package dev.millrace.stack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Stands in for one of our applications in the tests of the stack itself: a real process, started by {@code java -jar}
 * from a module's directory, that answers the readiness probe, or does what {@code STAND_IN} says: {@code dies} at once,
 * {@code dies-later} when {@code /die} is asked for.
 */
public final class StandIn {
    private StandIn() {}

    public static void main(String[] arguments) throws IOException {
        String module = module();
        System.out.println("stand-in for " + module);
        if ("dies".equals(System.getenv("STAND_IN"))) {
            System.out.println("no water in the river");
            System.exit(7);
        }
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port(module)), 0);
        server.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/die", exchange -> Runtime.getRuntime().halt(9));
        server.start();
    }

    private static String module() {
        return Path.of(System.getProperty("java.class.path"))
                .toAbsolutePath() // <module>/target/quarkus-app/quarkus-run.jar
                .getParent()
                .getParent()
                .getParent()
                .getFileName()
                .toString();
    }

    private static int port(String module) {
        String variable = Stream.of("BROKER", "ORDER", "INVENTORY", "NOTIFICATION", "RELAY")
                .filter(name -> module.toUpperCase(Locale.ROOT).contains(name))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(System.getenv(variable + "_HTTP_PORT"));
    }
}

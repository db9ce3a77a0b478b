package dev.millrace.relay;

import dev.millrace.relay.capture.SourceSettings;
import dev.millrace.relay.publish.BrokerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One source's relay as a process of its own, to be killed. */
final class RelayProcess {
    private RelayProcess() {}

    static Process start(SourceSettings source, int brokerPort) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RelayProcess.class.getName(),
                        source.host(),
                        Integer.toString(source.port()),
                        source.database(),
                        source.password(),
                        Integer.toString(brokerPort)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws Exception {
        var source = new SourceSettings(
                "order",
                args[0],
                Integer.parseInt(args[1]),
                args[2],
                args[2],
                args[3],
                args[2] + "_outbox",
                "outbox",
                Duration.ofMillis(5),
                2_048,
                32 << 20,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                1_000,
                Duration.ofSeconds(1));
        var broker = new BrokerSettings(
                "127.0.0.1",
                Integer.parseInt(args[4]),
                null,
                null,
                "killed",
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
        new SourceRelay(source, broker, Vertx.vertx(), new SimpleMeterRegistry()).start();
    }
}

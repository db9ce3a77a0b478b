package dev.millrace.benchmarks.peer;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.load.AmqpTraffic;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.process.LineSink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Our broker, started as the local stack starts it. */
public final class MillracePeer implements Peer {
    /** As the {@code broker} command names it. */
    public static final String NAME = "millrace";

    /** The same without histories of messages, to see what these cost. */
    public static final String WITHOUT_HISTORY = "millrace-no-history";

    /** The broker of another checkout, to see what changed between the two. */
    public static final String OTHER = "millrace-other";

    private static final String SYNCS = "broker_log_syncs_total";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> environment = new HashMap<>();
    private final String name;
    private final ProjectHome home;
    private final Duration syncDelay;
    private BrokerProcess broker;

    /**
     * @param name one of the above
     * @param home where the broker was built
     * @param syncDelay by which each sync is made longer, to see it on a slower disk; usually zero
     */
    public MillracePeer(String name, ProjectHome home, Duration syncDelay) {
        this.name = name;
        this.home = home;
        this.syncDelay = syncDelay;
        if (name.equals(WITHOUT_HISTORY)) {
            environment.put("BROKER_HISTORY_MAX_BYTES", "0");
        }
        if (!syncDelay.isZero()) {
            environment.put("BROKER_SYNC_DELAY", syncDelay.toString());
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String settings() {
        List<String> flags = ProcessFlags.of(pid());
        return (name.equals(OTHER) ? "the broker built in " + home.directory() : "this checkout's broker")
                + ", fdatasync before accepted"
                + (name.equals(WITHOUT_HISTORY) ? ", without histories of messages" : "")
                + (syncDelay.isZero() ? "" : ", each made " + syncDelay.toMillis() + " ms longer")
                + "; java " + String.join(" ", flags);
    }

    @Override
    public void start(Path directory) {
        broker = BrokerProcess.in(home, directory.resolve("data"), environment, LineSink.NOWHERE);
    }

    /** Of its HTTP API. */
    public URI baseUrl() {
        return broker.baseUrl();
    }

    @Override
    public Duration killAndStart() {
        broker.kill();
        long before = System.nanoTime();
        broker.start();
        return Duration.ofNanos(System.nanoTime() - before);
    }

    @Override
    public Traffic connect(Workload workload, Meter meter) throws InterruptedException {
        return AmqpTraffic.connect(broker.host(), broker.amqpPort(), workload, meter);
    }

    @Override
    public long pid() {
        return broker.pid();
    }

    @Override
    public OptionalDouble syncs() {
        URI metrics = URI.create(broker.baseUrl() + "/q/metrics");
        try {
            String text = http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body();
            return text.lines()
                    .filter(line -> line.startsWith(SYNCS))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst();
        } catch (IOException e) {
            throw new MeasurementFailure("The broker's metrics at %s cannot be read (%s).".formatted(metrics, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalDouble.empty();
        }
    }

    @Override
    public boolean canTake(Workload workload) {
        return true;
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
    }
}

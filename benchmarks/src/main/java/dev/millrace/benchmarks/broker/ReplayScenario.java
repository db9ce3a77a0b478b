package dev.millrace.benchmarks.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.peer.MillracePeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Dead letters looked at and sent back, with very many of them there. Millrace alone: no other broker in the comparison
 * selects, counts and limits what it sends back.
 */
@Command(
        name = "replay",
        description = "Lists and replays dead letters, with a million of them there.",
        mixinStandardHelpOptions = true)
public final class ReplayScenario implements Callable<Integer> {
    private static final String QUEUE = "bench-replay";
    private static final String LETTERS = "/api/dead-letters/" + QUEUE;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PROGRESS = Duration.ofMillis(10);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int BATCH = 1_000;
    private static final int PAGES = 50;
    private static final int RATE = 2_000;
    private static final long RATE_SECONDS = 10;
    private static final double GOAL_PAGE_MILLIS = 50;
    private static final double GOAL_PER_SECOND = 20_000;
    private static final double GOAL_RATE_ERROR = 0.1;

    @Mixin
    private BrokerOptions options;

    @Option(
            names = "--messages",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "how many dead letters there are (default: ${DEFAULT-VALUE})")
    private long messages;

    @Spec
    private CommandSpec spec;

    private final HttpClient http = HttpClient.newHttpClient();
    private MillracePeer broker;

    @Override
    public Integer call() throws InterruptedException {
        options.check(spec);
        var report = new Report();
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        try (Peers peers = Peers.start(options, options.queue(QUEUE, 1, 1), report)) {
            broker = (MillracePeer) peers.named(MillracePeer.NAME);
            makeDeadLetters();
            report.line("%,d dead letters of %d bytes", messages, options.messageBytes());
            report.line("");
            list(report);
            dryRun(report);
            replayAtRate(report);
            replayAll(report);
            report.line("most memory: %.0f MiB resident", BacklogScenario.residentMebibytes(broker.pid()));
            report.block(Machine.describe(peers.directory()));
        }
        if (options.save()) {
            report.save(options.reportName(spec.name()));
        }
        return 0;
    }

    /** Messages that are published, and expire before anybody takes them. */
    private void makeDeadLetters() throws InterruptedException {
        String body = "x".repeat(options.messageBytes());
        for (long sent = 0; sent < messages; sent += BATCH) {
            var batch = JSON.createArrayNode();
            for (long i = sent; i < Math.min(messages, sent + BATCH); i++) {
                var message = batch.addObject().put("body", body).put("ttl", "PT0.001S");
                message.putObject("applicationProperties").put("n", i);
            }
            call("POST", "/api/queues/" + QUEUE + "/messages", batch);
        }
        Report.progress("%s: %,d messages are there and expire", broker.name(), messages);
        try (Traffic consumers = broker.connect(options.queue(QUEUE, 0, 1), new Meter())) {
            await(() -> count() == messages);
        }
    }

    private long count() {
        for (JsonNode source : call("GET", "/api/dead-letters", null).path("items")) {
            if (source.path("source").asText().equals(QUEUE)) {
                return source.path("count").asLong();
            }
        }
        return 0;
    }

    private void list(Report report) {
        for (int warm = 0; warm < PAGES; warm++) {
            call("GET", LETTERS + "/messages", null);
        }
        var times = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
        for (int page = 0; page < PAGES; page++) {
            long before = System.nanoTime();
            JsonNode items = call("GET", LETTERS + "/messages?after=" + page * (messages / PAGES), null);
            times.recordValue(System.nanoTime() - before);
            if (items.path("items").isEmpty()) {
                throw new MeasurementFailure("A page of dead letters is empty.", null);
            }
        }
        var table = new TextTable("ms for a page of 100", "pages", "p50", "p99", "max");
        table.row("all over the list", Integer.toString(PAGES), cell(times, 50), cell(times, 99), cell(times, 100));
        report.block(table.print());
        report.line(
                "goal: a page in at most %.0f ms: %s",
                GOAL_PAGE_MILLIS, Latencies.millis(times, 100) <= GOAL_PAGE_MILLIS ? "reached" : "missed");
    }

    private static String cell(Histogram times, double percentile) {
        return Latencies.cell(times, percentile);
    }

    private void dryRun(Report report) {
        var request = JSON.createObjectNode().put("dryRun", true);
        request.putObject("select").put("selector", "n >= " + messages / 2);
        long before = System.nanoTime();
        JsonNode view = call("POST", LETTERS + "/replays", request);
        report.line(
                "dry run with a selector that half of them fit: %,d selected in %.1f s",
                view.path("selected").asLong(), (System.nanoTime() - before) / 1e9);
    }

    private void replayAtRate(Report report) throws InterruptedException {
        var request = JSON.createObjectNode().put("ratePerSecond", RATE);
        request.putObject("select");
        String job = start(request);
        Thread.sleep(Duration.ofSeconds(1));
        long from = replayed(job);
        long began = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(RATE_SECONDS));
        double rate = (replayed(job) - from) / ((System.nanoTime() - began) / 1e9);
        call("POST", job + "/cancel", null);
        report.line(
                "replay limited to %,d/s: %,.0f/s over %d s; goal: within 10 %%: %s",
                RATE, rate, RATE_SECONDS, Math.abs(rate / RATE - 1) <= GOAL_RATE_ERROR ? "reached" : "missed");
    }

    private void replayAll(Report report) throws InterruptedException {
        long left = count();
        var request = JSON.createObjectNode();
        request.putObject("select").put("selector", "n >= 0");
        long before = System.nanoTime();
        String job = start(request);
        await(() -> !call("GET", job, null).path("state").asText().equals("RUNNING"));
        double seconds = (System.nanoTime() - before) / 1e9;
        if (replayed(job) != left || count() != 0) {
            throw new MeasurementFailure("Not all dead letters came back: " + call("GET", job, null), null);
        }
        report.line(
                "replay of %,d with a selector, counted first: %.1f s, %,.0f/s; goal: at least %,.0f/s: %s",
                left,
                seconds,
                left / seconds,
                GOAL_PER_SECOND,
                left / seconds >= GOAL_PER_SECOND ? "reached" : "missed");
    }

    private String start(JsonNode request) {
        return "/api/replays/"
                + call("POST", LETTERS + "/replays", request).path("id").asText();
    }

    private long replayed(String job) {
        return call("GET", job, null).path("replayed").asLong();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > until) {
                throw new MeasurementFailure("The broker has not got there within " + LIMIT + ".", null);
            }
            Thread.sleep(PROGRESS);
        }
    }

    private JsonNode call(String method, String path, JsonNode body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(broker.baseUrl() + path))
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                    .header("Content-Type", "application/json")
                    .build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new MeasurementFailure(
                        method + " " + path + " was answered with " + answer.statusCode() + " " + answer.body(), null);
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementFailure("interrupted", e);
        }
    }
}

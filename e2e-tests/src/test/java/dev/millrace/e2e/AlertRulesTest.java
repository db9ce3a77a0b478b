package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alert rules ask for nothing that no part tells: a rule on a metric that is not there never fires. */
@EndToEndTest
class AlertRulesTest {
    private static final Path RULES = Path.of("../docs/alerts/millrace-alerts.yml");
    private static final Pattern EXPRESSION = Pattern.compile("^\\s+expr: (.*)$", Pattern.MULTILINE);
    private static final Pattern METRIC = Pattern.compile("\\b(?:broker|millrace)_[a-z_]+\\b");

    private final Millrace system;

    AlertRulesTest(Millrace system) {
        this.system = system;
    }

    private static Set<String> named() throws IOException {
        return EXPRESSION
                .matcher(Files.readString(RULES))
                .results()
                .flatMap(expression -> METRIC.matcher(expression.group(1)).results())
                .map(metric -> metric.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> told(Part part) {
        return system.http(part)
                .get("/q/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    @Test
    void everyMetricOfARuleIsToldByARunningPart() throws IOException {
        Set<String> named = named();
        assertTrue(named.size() >= 10, () -> "only " + named);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var missing = new TreeSet<>(named);
            missing.removeAll(told(Part.BROKER));
            missing.removeAll(told(Part.RELAY));
            assertEquals(Set.of(), missing, "metrics that are in rules only");
        });
    }
}

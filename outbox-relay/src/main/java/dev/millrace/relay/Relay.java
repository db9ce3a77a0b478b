package dev.millrace.relay;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** All sources of this process, from its start to its end. */
@ApplicationScoped
public class Relay {
    private static final Logger LOG = Logger.getLogger(Relay.class);

    private final RelayConfig config;
    private final Map<String, SourceRelay> sources = new TreeMap<>();

    @Inject
    Relay(RelayConfig config, Vertx vertx, MeterRegistry registry) throws SQLException {
        this.config = config;
        for (Map.Entry<String, RelayConfig.Source> source : config.sources().entrySet()) {
            if (source.getValue().enabled()) {
                String name = source.getKey();
                sources.put(name, new SourceRelay(config.source(name), config.broker(name), vertx, registry));
            }
        }
    }

    void start(@Observes StartupEvent event) {
        LOG.infof("relaying %s", sources.keySet());
        sources.values().forEach(SourceRelay::start);
    }

    /** Stops all sources side by side, within the configured time. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        long limit = config.shutdownTimeout().toMillis();
        List<Thread> stopping = new ArrayList<>();
        for (SourceRelay source : sources.values()) {
            stopping.add(Thread.ofVirtual().start(() -> stop(source, limit)));
        }
        for (Thread each : stopping) {
            each.join();
        }
    }

    private static void stop(SourceRelay source, long limitMillis) {
        try {
            if (!source.stop(limitMillis)) {
                LOG.warnf(
                        "%s: not stopped within %d ms; what is not accepted is sent again after the next start",
                        source.name(), limitMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Collection<SourceRelay> sources() {
        return sources.values();
    }

    public Optional<SourceRelay> source(String name) {
        return Optional.ofNullable(sources.get(name));
    }
}

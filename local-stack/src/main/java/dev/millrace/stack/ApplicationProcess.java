package dev.millrace.stack;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ManagedProcess;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.Readiness;
import dev.millrace.stack.process.StartFailure;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of our applications as a process: {@code java -jar <module>/target/quarkus-app/quarkus-run.jar}. */
public final class ApplicationProcess implements ManagedProcess {
    private final Part part;
    private final ProjectHome home;
    private final Path workingDirectory;
    private final Map<String, String> environment;
    private final URI baseUrl;
    private final ReadinessProbe probe;
    private final LineSink log;
    private volatile ChildProcess process;

    /**
     * @param part an application
     * @param home where its jar is
     * @param workingDirectory where it runs
     * @param environment its configuration, among it its own HTTP port
     * @param log takes its output
     */
    ApplicationProcess(
            Part part, ProjectHome home, Path workingDirectory, Map<String, String> environment, LineSink log) {
        this.part = part;
        this.home = home;
        this.workingDirectory = workingDirectory;
        this.environment = new HashMap<>(environment);
        // In a shared log: no banner, and no line for every time that we ask whether it is ready.
        this.environment.putIfAbsent("QUARKUS_BANNER_ENABLED", "false");
        this.environment.putIfAbsent("QUARKUS_LOG_CATEGORY__IO_SMALLRYE_HEALTH__LEVEL", "WARN");
        String port = environment.get(part.httpPort().orElseThrow().variable());
        this.baseUrl = URI.create("http://127.0.0.1:" + port);
        this.probe = new ReadinessProbe(baseUrl);
        this.log = log;
    }

    @Override
    public String name() {
        return part.id();
    }

    /** Root of its HTTP interface, without a slash at the end. */
    public URI baseUrl() {
        return baseUrl;
    }

    @Override
    public synchronized void start() {
        if (isAlive()) {
            throw new IllegalStateException(name() + " runs already as process " + process.pid());
        }
        Path jar = home.applicationJar(part.id());
        if (!Files.exists(jar)) {
            throw new StartFailure("%s is not built (%s is missing): run ./mvnw package -DskipTests in %s first."
                    .formatted(name(), home.directory().relativize(jar), home.directory()));
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What this stack was told wins over this process's own environment.
        var known = new HashMap<>(System.getenv());
        known.putAll(environment);
        command.addAll(JvmFlags.of(part, known));
        command.addAll(List.of("-jar", jar.toString()));
        process = ChildProcess.start(ProcessSpec.of(name(), command, environment, workingDirectory), log);
    }

    @Override
    public void awaitReady(Duration limit) throws InterruptedException {
        Readiness.await(process, probe::isReady, probe::whyNot, limit);
    }

    /** Asks {@code /q/health/ready} once. */
    public boolean isReady() {
        return probe.isReady();
    }

    /** What it waits for, by its own word, the last time it was asked; empty if it is ready or did not answer. */
    public String whyNotReady() {
        return probe.whyNot();
    }

    @Override
    public synchronized void stop() {
        if (isAlive()) {
            process.stop(ChildProcess.STOP_LIMIT);
        }
    }

    @Override
    public synchronized void kill() {
        if (isAlive()) {
            process.kill();
        }
    }

    @Override
    public ChildProcess process() {
        return process;
    }
}

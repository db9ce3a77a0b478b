package dev.millrace.stack.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.Part;
import dev.millrace.stack.Port;
import dev.millrace.stack.Ports;
import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.RunningStack;
import dev.millrace.stack.StandInHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} as a process of its own, with the broker alone, whose inside is a stand-in. */
class UpCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    static Path projectDirectory;

    private static ProjectHome home;

    @TempDir
    private Path directory;

    private final Ports ports = Ports.free();
    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void standIns() throws IOException {
        home = StandInHome.in(projectDirectory);
    }

    @AfterEach
    void killWhatATestLeft() {
        started.stream().filter(Process::isAlive).forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void printsTheUrlsStreamsTheLogAndStopsEverythingOnSigterm() throws Exception {
        Process up = up(Map.of());
        awaitReady();
        ProcessHandle broker = brokerOf(up);
        up.destroy();
        assertTrue(up.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, up.exitValue(), output());
        assertFalse(broker.isAlive());
        assertTrue(output().contains("broker-service       | stand-in for broker-service"), output());
        assertTrue(output().contains("http://localhost:" + ports.number(Port.BROKER_HTTP)), output());
        assertTrue(output().contains("amqp://localhost:" + ports.number(Port.BROKER_AMQP)), output());
        assertTrue(output().strip().endsWith("everything is stopped"), output());
    }

    @Test
    void stopsOnSigtermWhileItIsStillStarting() throws Exception {
        Process up = up(Map.of());
        await().atMost(LIMIT).until(() -> output().contains("starting broker-service"));
        up.destroy();
        assertTrue(up.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, up.exitValue(), output());
        assertEquals(0, up.descendants().count());
    }

    @Test
    void endsWithOneSentenceWhenAPortIsTaken() throws Exception {
        int taken = ports.number(Port.BROKER_HTTP);
        try (var squatter = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            Process up = up(Map.of());
            assertTrue(up.waitFor(20, TimeUnit.SECONDS));
            assertEquals(1, up.exitValue());
            String last = lastLine();
            assertTrue(last.startsWith("millrace: Port " + squatter.getLocalPort()), last);
            assertTrue(last.contains("BROKER_HTTP_PORT=<free port>"), last);
        }
    }

    @Test
    void endsWithOneSentenceWhenAPartDiesAtItsStart() throws Exception {
        Process up = up(Map.of("STAND_IN", "dies"));
        assertTrue(up.waitFor(20, TimeUnit.SECONDS));
        assertEquals(1, up.exitValue());
        assertTrue(lastLine().startsWith("millrace: broker-service ended with exit code 7"), output());
    }

    @Test
    void startsAPartAgainThatDies() throws Exception {
        Process up = up(Map.of());
        awaitReady();
        long first = brokerOf(up).pid();
        brokerOf(up).destroyForcibly();
        await().atMost(LIMIT)
                .until(() -> up.descendants().anyMatch(process -> process.pid() != first) && brokerAnswers());
        assertTrue(output().contains("broker-service died with exit code 137; it is started again in 1.0 s"), output());
        up.destroy();
        assertTrue(up.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, up.exitValue(), output());
    }

    @Test
    void anotherProgramFindsItAndKillsAPartThatIsStartedAgain() throws Exception {
        Path data = directory.resolve("data");
        assertTrue(RunningStack.on(data).isEmpty(), "before");
        Process up = up(Map.of());
        awaitReady();
        RunningStack running = RunningStack.on(data).orElseThrow();
        assertEquals(ports.toEnvironment(), running.ports().toEnvironment());

        long first = brokerOf(up).pid();
        assertEquals(Optional.of(first), running.kill(Part.BROKER));
        await().atMost(LIMIT)
                .until(() -> up.descendants().anyMatch(process -> process.pid() != first) && brokerAnswers());
        assertEquals(Optional.empty(), running.kill(Part.ORDER), "what it does not have");

        ProcessHandle broker = brokerOf(up);
        up.destroyForcibly().waitFor();
        broker.destroyForcibly();
        assertTrue(RunningStack.on(data).isEmpty(), "after it was killed");
    }

    @Test
    void refusesASecondOneOnTheSameDataAndComesBackAfterSigkill() throws Exception {
        Process first = up(Map.of());
        awaitReady();
        ProcessHandle broker = brokerOf(first);
        Process second = launch(Map.of(), directory.resolve("second.log"));
        assertTrue(second.waitFor(20, TimeUnit.SECONDS));
        assertEquals(1, second.exitValue());
        assertTrue(Files.readString(directory.resolve("second.log"))
                .contains("is in use by another stack (process " + first.pid() + ")"));

        first.destroyForcibly().waitFor();
        Process third = up(Map.of());
        awaitReady();
        // An orphan stays in the table of processes, dead and without a command, until the system looks after it.
        assertFalse(broker.isAlive() && broker.info().command().isPresent(), "what the killed one left is gone");
        third.destroy();
        assertTrue(third.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, third.exitValue(), output());
    }

    @Test
    void refusesAnOptionThatDoesNotExist() throws Exception {
        Process up = start(List.of("up", "--only", "relay"), Map.of(), directory.resolve("up.log"));
        assertTrue(up.waitFor(20, TimeUnit.SECONDS));
        assertEquals(2, up.exitValue());
        assertTrue(output().contains("--only knows \"broker\", not \"relay\""), output());
    }

    private Process up(Map<String, String> environment) throws IOException {
        return launch(environment, directory.resolve("up.log"));
    }

    private Process launch(Map<String, String> environment, Path log) throws IOException {
        String data = directory.resolve("data").toString();
        return start(List.of("up", "--only", "broker", "--data", data), environment, log);
    }

    private Process start(List<String> arguments, Map<String, String> environment, Path log) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dmillrace.home=" + home.directory(),
                "-cp",
                System.getProperty("java.class.path"),
                Millrace.class.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(ports.toEnvironment());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void awaitReady() {
        await().atMost(LIMIT).until(() -> output().contains("Ready after"));
    }

    private static ProcessHandle brokerOf(Process up) {
        return up.children().findFirst().orElseThrow();
    }

    private boolean brokerAnswers() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI ready = URI.create("http://127.0.0.1:" + ports.number(Port.BROKER_HTTP) + "/q/health/ready");
            return http.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("up.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastLine() {
        return output().strip().lines().toList().getLast();
    }
}

package dev.millrace.benchmarks.peer;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.Readiness;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A peer's JVM: ready when its port answers. */
public final class JavaPeerProcess {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int CONNECT_MILLIS = 500;

    private final ProcessSpec spec;
    private final int port;
    private ChildProcess process;

    /**
     * @param flags of the JVM
     * @param classPath as {@code -cp} takes it
     * @param arguments main class and what it is given
     * @param port that it listens on when it is ready
     * @param directory where it runs
     */
    public JavaPeerProcess(
            String name, List<String> flags, String classPath, List<String> arguments, int port, Path directory) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath));
        command.addAll(arguments);
        this.spec = ProcessSpec.of(name, command, Map.of(), directory);
        this.port = port;
    }

    /** Starts it and waits until its port answers; returns how long that took. */
    public Duration start() throws InterruptedException {
        long before = System.nanoTime();
        process = ChildProcess.start(spec, LineSink.NOWHERE);
        Readiness.await(process, () -> answers(port), () -> "", START_LIMIT);
        return Duration.ofNanos(System.nanoTime() - before);
    }

    /** The class path of this process, independent of the directory that it was started in. */
    public static String ownClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    Duration killAndStart() throws InterruptedException {
        process.kill();
        return start();
    }

    /** Whether somebody listens on this port of the loopback address. */
    static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Stops it if it runs. */
    public void stop() {
        if (process != null && process.isAlive()) {
            process.close();
        }
    }
}

package dev.millrace.stack.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Starts processes so that they stop with this one and not before it says so. Where the machine has the small Linux
 * tools for it, a child gets
 *
 * <ul>
 *   <li>a session of its own ({@code setsid}), so that Ctrl-C reaches this process alone, which then stops the children
 *       in the right order;
 *   <li>a signal when this process dies ({@code setpriv --pdeathsig}), so that even {@code kill -9} leaves nothing
 *       behind;
 *   <li>if asked, a user namespace without root's rights ({@code unshare -U}): PostgreSQL refuses to run as root.
 * </ul>
 *
 * All of them replace themselves by the next program, so the process id stays the child's own. Where a tool is missing
 * (macOS), the {@link ProcessLedger} finds leftovers at the next start.
 */
final class Launcher {
    private static final long PROBE_LIMIT_SECONDS = 10;
    private static final List<String> OWN_SESSION = ifWorking("setsid");
    private static final List<String> DIES_WITH_PARENT = ifWorking("setpriv", "--pdeathsig", "TERM");
    private static final List<String> UNPRIVILEGED = isRoot() ? ifWorking("unshare", "--user") : List.of();

    /**
     * The death signal is bound to the <em>thread</em> that started the child, so this one must live as long as the
     * process: a virtual thread's carrier or a pool's idle thread would take the children with it.
     */
    private static final ExecutorService STARTING_THREAD = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("process-launcher").daemon(true).factory());

    private Launcher() {}

    static Process launch(ProcessSpec spec) {
        var builder = new ProcessBuilder(wrapped(spec))
                .directory(spec.workingDirectory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().putAll(spec.environment());
        try {
            return uninterrupted(STARTING_THREAD.submit(builder::start));
        } catch (ExecutionException e) {
            throw new StartFailure(
                    "%s could not be started (%s): check that %s exists and may be executed."
                            .formatted(
                                    spec.name(),
                                    e.getCause().getMessage(),
                                    spec.command().getFirst()),
                    e.getCause());
        }
    }

    /** It takes milliseconds, and giving up half-way would leave a process that nobody knows. */
    private static Process uninterrupted(Future<Process> starting) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return starting.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> wrapped(ProcessSpec spec) {
        var command = new ArrayList<>(OWN_SESSION);
        if (spec.unprivileged()) {
            command.addAll(withoutRoot(spec));
        }
        // After unshare: a change of credentials clears the death signal.
        command.addAll(DIES_WITH_PARENT);
        command.addAll(spec.command());
        return command;
    }

    private static List<String> withoutRoot(ProcessSpec spec) {
        if (isRoot() && UNPRIVILEGED.isEmpty()) {
            throw new StartFailure(spec.name() + " does not run as root and this machine allows root no user namespace"
                    + " (unshare --user): run as an ordinary user.");
        }
        return UNPRIVILEGED;
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "root".equals(System.getProperty("user.name")); // no /proc: macOS
        }
    }

    /** The command prefix if running {@code true} with it works here, else nothing. */
    private static List<String> ifWorking(String... prefix) {
        var command = new ArrayList<>(List.of(prefix));
        command.add("true");
        try {
            Process probe = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor(PROBE_LIMIT_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0) {
                return List.of(prefix);
            }
            probe.destroyForcibly();
            return List.of();
        } catch (IOException e) {
            return List.of(); // the tool does not exist here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}

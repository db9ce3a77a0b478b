package dev.millrace.stack;

import dev.millrace.stack.mail.MailServer;
import dev.millrace.stack.mail.Mailbox;
import dev.millrace.stack.postgres.PostgresServer;
import dev.millrace.stack.postgres.ServiceDatabase;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ManagedProcess;
import dev.millrace.stack.process.ProcessLedger;
import dev.millrace.stack.process.RestartPolicy;
import dev.millrace.stack.process.StartFailure;
import dev.millrace.stack.process.Together;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The whole system on this machine: PostgreSQL and the applications as processes, the mail server inside this one.
 *
 * <pre>{@code
 * try (var stack = LocalStack.builder().data(directory).ports(Ports.free()).build()) {
 *     stack.start();
 *     stack.baseUrl(Part.ORDER);
 *     stack.kill(Part.BROKER);
 *     stack.start(Part.BROKER);
 * }
 * }</pre>
 *
 * One thread starts and stops; everything else may be called from any thread.
 */
public final class LocalStack implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LEFTOVER_LIMIT = Duration.ofSeconds(5);

    /** What the applications cannot do without at their start; the broker is slower than PostgreSQL, so both at once. */
    private static final Set<Part> FOUNDATION = EnumSet.of(Part.POSTGRES, Part.MAIL, Part.BROKER);

    private final StackSettings settings;
    private final DataDirectory data;
    private final PostgresServer postgres;
    private final Map<Part, SupervisedPart> processes = new EnumMap<>(Part.class);
    private final ProcessLedger ledger;
    private final CompletableFuture<StartFailure> givenUp = new CompletableFuture<>();
    private volatile boolean anythingStarted;
    private volatile MailServer mail;

    LocalStack(StackSettings settings) {
        this.settings = settings;
        this.data = DataDirectory.open(settings.data());
        this.ledger = new ProcessLedger(data.processes());
        this.postgres = PostgresServer.in(
                data.postgres(),
                port(Port.POSTGRES),
                settings.environment(),
                settings.log().of(Part.POSTGRES));
        for (Part part : settings.parts()) {
            if (part != Part.MAIL) {
                processes.put(part, supervised(part));
            }
        }
    }

    /** Starts with: all parts, free ports, no supervision, no log; the data directory has to be given. */
    public static StackBuilder builder() {
        return new StackBuilder();
    }

    /**
     * Starts all parts of this stack and waits until they are ready: first what the others need, then the rest at the
     * same time. Processes that a killed stack left behind on the same data are ended before.
     *
     * @throws StartFailure if a port is taken or a part does not come up; the others may be running then: close this
     * @throws InterruptedException if this thread is interrupted; the same
     */
    public void start() throws InterruptedException {
        ledger.endLeftovers(LEFTOVER_LIMIT).forEach(settings.listener()::leftoverEnded);
        settings.ports().requireFree(settings.parts());
        data.note(settings.ports());
        if (settings.fresh()) {
            data.empty(settings.parts());
        }
        Set<Part> first = EnumSet.copyOf(settings.parts());
        first.retainAll(FOUNDATION);
        Set<Part> then = EnumSet.copyOf(settings.parts());
        then.removeAll(FOUNDATION);
        startTogether(first);
        startTogether(then);
    }

    /** Starts one part, which does not run, and waits until it is ready. */
    public void start(Part part) throws InterruptedException {
        anythingStarted = true;
        if (part != Part.MAIL) {
            processes.get(part).startAndAwaitReady(START_LIMIT);
            return;
        }
        long before = System.nanoTime();
        settings.listener().starting(part);
        mail = MailServer.start(port(Port.SMTP), port(Port.MAILBOX_HTTP));
        settings.listener().ready(part, Duration.ofNanos(System.nanoTime() - before));
    }

    /**
     * One more process of an application beside the stack's own: with a free HTTP port and a host name of its own, and
     * the same databases and broker. It is not started; the caller starts it, and stops it before the stack.
     *
     * @param number 2 for the second, and so on: it is part of the host name, by which the broker knows its clients
     * @param log takes its output
     */
    public ApplicationProcess another(Part part, int number, LineSink log) {
        var environment = new HashMap<>(settings.applicationEnvironment(part, data.broker()));
        environment.put(part.httpPort().orElseThrow().variable(), Integer.toString(FreePorts.one()));
        environment.put("HOSTNAME", part.id() + "-" + number);
        return new ApplicationProcess(part, settings.home(), settings.home().directory(), environment, log);
    }

    /** Stops one part in good order. */
    public void stop(Part part) {
        if (part != Part.MAIL) {
            processes.get(part).stop();
        } else if (mail != null) {
            mail.close();
            mail = null;
        }
    }

    /** SIGKILL for one part, which stays dead until it is started again; the mail server is just stopped. */
    public void kill(Part part) {
        if (part == Part.MAIL) {
            stop(part);
        } else {
            processes.get(part).kill();
        }
    }

    /** SIGKILL for a part that is a process, as from outside: with supervision it is started again. */
    public void crash(Part part) {
        processes.get(part).process().kill();
    }

    /** {@link #stop(Part)} and {@link #start(Part)}. */
    public void restart(Part part) throws InterruptedException {
        stop(part);
        start(part);
    }

    /** Waits until this part is ready. */
    public void awaitReady(Part part) throws InterruptedException {
        if (part != Part.MAIL) {
            processes.get(part).process().awaitReady(START_LIMIT);
        }
    }

    /** What an application waits for, by its own word; empty if it is ready or does not answer. */
    public String whyNotReady(Part part) {
        return part.isApplication() && processes.get(part).process() instanceof ApplicationProcess application
                ? application.whyNotReady()
                : "";
    }

    /** Whether this part runs now. */
    public boolean isAlive(Part part) {
        return part == Part.MAIL ? mail != null : processes.get(part).process().isAlive();
    }

    /** Process id of the part, for a look at it from outside; the mail server has none of its own. */
    public long pid(Part part) {
        return processes.get(part).process().process().pid();
    }

    /** Root of a part's HTTP interface, without a slash at the end; of the mail server the mailbox. */
    public URI baseUrl(Part part) {
        return URI.create("http://127.0.0.1:" + port(part.httpPort().orElseThrow()));
    }

    /** The number of this port. */
    public int port(Port port) {
        return settings.ports().number(port);
    }

    /** JDBC URL of a service's database; role and password as in {@link #postgres()}. */
    public String jdbcUrl(ServiceDatabase database) {
        return postgres.jdbcUrl(database);
    }

    /** The database server, for connections to it. */
    public PostgresServer postgres() {
        return postgres;
    }

    /** The mails that arrived since the mail server was started. */
    public Mailbox mailbox() {
        return mail.mailbox();
    }

    /**
     * Waits until a part has died too often (only with supervision).
     *
     * @return the sentence that says why
     * @throws InterruptedException if this thread is interrupted, the usual end of this wait
     */
    public StartFailure awaitGivingUp() throws InterruptedException {
        try {
            return givenUp.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Stops everything: users of a part before the part. Bounded in time, and nothing is left running. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // often the reason for closing, and no reason to hurry
        try {
            if (anythingStarted) {
                settings.listener().stopping();
                stopTogether(EnumSet.complementOf(EnumSet.copyOf(FOUNDATION)));
                stopTogether(FOUNDATION);
                settings.listener().stopped();
            }
        } finally {
            data.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void startTogether(Set<Part> parts) throws InterruptedException {
        var steps = new ArrayList<Together.Step>();
        parts.forEach(part -> steps.add(() -> start(part)));
        Together.run(steps);
    }

    private void stopTogether(Set<Part> parts) {
        List<Together.Step> steps = parts.stream()
                .filter(settings.parts()::contains)
                .<Together.Step>map(part -> () -> stop(part))
                .toList();
        try {
            Together.run(steps);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // each step has killed its part before it returned
        }
    }

    private SupervisedPart supervised(Part part) {
        ManagedProcess process = part == Part.POSTGRES
                ? postgres
                : new ApplicationProcess(
                        part,
                        settings.home(),
                        settings.home().directory(),
                        settings.applicationEnvironment(part, data.broker()),
                        settings.log().of(part));
        RestartPolicy policy = settings.supervised() ? RestartPolicy.standard() : null;
        return new SupervisedPart(part, process, ledger, policy, settings.listener(), givenUp::complete);
    }
}

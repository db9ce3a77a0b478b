package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.AcceptOnlyPeer;
import dev.millrace.benchmarks.peer.ArtemisPeer;
import dev.millrace.benchmarks.peer.KafkaPeer;
import dev.millrace.benchmarks.peer.MillracePeer;
import dev.millrace.benchmarks.peer.Peer;
import dev.millrace.benchmarks.peer.RabbitPeer;
import dev.millrace.stack.Part;
import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.process.DirectoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The brokers of one run, each started with a directory of its own, all of which go at the end; also when the JVM ends by
 * a signal.
 */
final class Peers implements AutoCloseable, Iterable<Peer> {
    private static final List<String> USUAL = List.of(
            MillracePeer.NAME,
            ArtemisPeer.NAME,
            KafkaPeer.NAME,
            KafkaPeer.SYNCED,
            RabbitPeer.NAME,
            AcceptOnlyPeer.NAME);

    private static final List<String> ALL = Stream.concat(
                    USUAL.stream(), Stream.of(MillracePeer.WITHOUT_HISTORY, MillracePeer.OTHER))
            .toList();

    private final Path directory;
    private final List<Peer> running = new ArrayList<>();
    private final Thread stopping = new Thread(this::stopAll, "stop-brokers");

    /** The names, for the command line's help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.iterator();
        }
    }

    private Peers(Path parent) {
        try {
            directory = Files.createTempDirectory(Files.createDirectories(parent), "millrace-bench-");
        } catch (IOException e) {
            throw new MeasurementFailure("No directory can be made in %s (%s).".formatted(parent, e), e);
        }
        Runtime.getRuntime().addShutdownHook(stopping);
    }

    /** Starts those that the options name and that can take the workload. */
    static Peers start(BrokerOptions options, Workload workload, Report report) throws InterruptedException {
        List<Peer> chosen = names(options).stream()
                .map(name -> create(name, options))
                .filter(peer -> peer.canTake(workload))
                .toList();
        var peers = new Peers(options.directory());
        try {
            for (Peer peer : chosen) {
                if (peer.missing().isPresent()) {
                    report.line("%-14s skipped: %s", peer.name(), peer.missing().get());
                    continue;
                }
                peers.start(peer);
                report.line("%-14s %s", peer.name(), peer.settings());
            }
            return peers;
        } catch (InterruptedException | RuntimeException e) {
            peers.close();
            throw e;
        }
    }

    private void start(Peer peer) throws InterruptedException {
        try {
            Path own = Files.createDirectory(directory.resolve(peer.name()));
            synchronized (running) {
                running.add(peer);
            }
            peer.start(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the options ask for, by name. */
    static List<String> names(BrokerOptions options) {
        if (!options.peers().isEmpty()) {
            return options.peers();
        }
        if (options.other().isPresent()) {
            return List.of(MillracePeer.NAME, MillracePeer.OTHER);
        }
        // The others' syncs cannot be made longer, so there would be nothing to compare.
        return options.syncDelay().isZero() ? USUAL : List.of(MillracePeer.NAME);
    }

    private static Peer create(String name, BrokerOptions options) {
        return switch (name) {
            case MillracePeer.NAME, MillracePeer.WITHOUT_HISTORY ->
                new MillracePeer(name, ProjectHome.find(), options.syncDelay());
            case MillracePeer.OTHER -> new MillracePeer(name, other(options), options.syncDelay());
            case ArtemisPeer.NAME -> new ArtemisPeer();
            case KafkaPeer.NAME -> new KafkaPeer(false);
            case KafkaPeer.SYNCED -> new KafkaPeer(true);
            case RabbitPeer.NAME -> new RabbitPeer();
            case AcceptOnlyPeer.NAME -> new AcceptOnlyPeer();
            default ->
                throw new MeasurementFailure(
                        "There is no broker \"%s\" here; there are %s.".formatted(name, String.join(", ", ALL)), null);
        };
    }

    private static ProjectHome other(BrokerOptions options) {
        ProjectHome home = options.other()
                .orElseThrow(() -> new MeasurementFailure(
                        "%s is the broker of another checkout; say which with --other DIR."
                                .formatted(MillracePeer.OTHER),
                        null));
        Path jar = home.applicationJar(Part.BROKER.id());
        if (!Files.exists(jar)) {
            throw new MeasurementFailure("There is no built broker in %s (%s).".formatted(home.directory(), jar), null);
        }
        return home;
    }

    /** One of them. */
    Peer named(String name) {
        return running.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Stops one and deletes its data. */
    void stop(Peer peer) {
        peer.close();
        synchronized (running) {
            running.remove(peer);
        }
        try {
            DirectoryTree.delete(directory.resolve(peer.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where all of them have their directories. */
    Path directory() {
        return directory;
    }

    @Override
    public Iterator<Peer> iterator() {
        return List.copyOf(running).iterator();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(stopping);
        } catch (IllegalStateException alreadyStopping) {
            return; // by a signal: the hook does it
        }
        stopAll();
    }

    private void stopAll() {
        synchronized (running) {
            running.forEach(Peer::close);
            running.clear();
        }
        try {
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

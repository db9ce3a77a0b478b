package dev.millrace.broker.history;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * A tier's directory. Its files are named by a number of 16 hexadecimal digits that grows: {@code .open} until they
 * are sealed, {@code .sealed} afterwards, {@code .making} meanwhile. What has such a name and cannot be read is set aside
 * as {@code .unreadable}, and goes like the others when its time is over. Files of other names are nobody's business.
 */
final class TierFiles {

    private static final Logger LOG = Logger.getLogger(TierFiles.class);

    private static final String OPEN = ".open";
    private static final String SEALED = ".sealed";
    private static final String MAKING = ".making";
    private static final String UNREADABLE = ".unreadable";
    private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{16}");

    private final Path directory;
    private final FileStore store;
    private final List<Path> aside = new ArrayList<>();
    private long next;

    private TierFiles(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        store = Files.getFileStore(directory);
    }

    /** Opens a directory: adds what an earlier process sealed, and what it did not, each oldest first. */
    static TierFiles takeOver(Path directory, Collection<SealedSegment> sealed, Collection<FullSegment> full)
            throws IOException {
        TierFiles files = new TierFiles(directory);
        for (Path file : files.list()) {
            files.next = Long.parseUnsignedLong(number(file), 16) + 1;
            String name = file.getFileName().toString();
            try {
                switch (name.substring(name.lastIndexOf('.'))) {
                    case MAKING -> Files.delete(file);
                    case SEALED -> sealed.add(SealedSegment.of(file));
                    case OPEN -> full.add(FullSegment.of(file));
                    case UNREADABLE -> files.aside.add(file);
                    default -> {}
                }
            } catch (IOException e) {
                files.setAside(file, e);
            }
        }
        Set<String> done =
                sealed.stream().map(segment -> number(segment.file())).collect(Collectors.toSet());
        for (FullSegment segment : List.copyOf(full)) {
            if (done.contains(number(segment.file()))) {
                // The process was killed between making the one and deleting the other.
                full.remove(segment);
                Files.delete(segment.file());
            }
        }
        return files;
    }

    private static String number(Path file) {
        return file.getFileName().toString().substring(0, 16);
    }

    private List<Path> list() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.indexOf('.') == 16
                        && NUMBER.matcher(name.substring(0, 16)).matches()) {
                    found.add(file);
                }
            }
        }
        found.sort(null);
        return found;
    }

    /** Takes a file out of the way that is not what its name says. */
    synchronized void setAside(Path file, IOException why) {
        Path to = file.resolveSibling(file.getFileName() + UNREADABLE);
        LOG.warnf("The file of histories %s cannot be read (%s); it is set aside as %s", file, why, to.getFileName());
        try {
            aside.add(Files.move(file, to, StandardCopyOption.REPLACE_EXISTING));
        } catch (IOException e) {
            LOG.warnf("%s could not be set aside (%s)", file, e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Name of a new segment. */
    Path nextOpen() {
        return directory.resolve("%016x%s".formatted(next++, OPEN));
    }

    /** Writes the sealed form of a segment. */
    SealedSegment seal(FullSegment segment) throws IOException {
        String number = number(segment.file());
        Path making = directory.resolve(number + MAKING);
        SealedSegment made = SealedSegment.write(segment, making);
        Path file = Files.move(making, directory.resolve(number + SEALED), StandardCopyOption.ATOMIC_MOVE);
        return new SealedSegment(file, made.header(), made.bytes());
    }

    /** Bytes of what cannot be read. */
    synchronized long asideBytes() {
        return aside.stream().mapToLong(file -> file.toFile().length()).sum();
    }

    /** Lets go of what cannot be read and was not written to since (epoch milliseconds). */
    synchronized void discardAside(long since) throws IOException {
        for (Path file : List.copyOf(aside)) {
            if (file.toFile().lastModified() < since) {
                Files.deleteIfExists(file);
                aside.remove(file);
            }
        }
    }

    long usableBytes() throws IOException {
        return store.getUsableSpace();
    }
}

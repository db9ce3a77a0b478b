package dev.millrace.broker.log;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * A directory of the real file system, held by one process at a time. Writes of whole blocks from whole blocks of memory
 * go past the page cache where the file system can do that: the log keeps its newest part in memory itself
 * ({@link LogTail}), and a copy in the page cache costs more than the write. Everything else goes through it.
 */
public final class FileStorage implements Storage, Closeable {

    private static final Logger LOG = Logger.getLogger(FileStorage.class);

    /** What a write past the page cache has to begin and end at, in the file and in memory. */
    public static final int BLOCK_BYTES = 4096;

    private static final String LOCK_FILE = "lock";

    /** A file system makes this at its root. */
    private static final String LOST_AND_FOUND = "lost+found";

    /** What others keep beside the log. */
    public static final String HISTORY_DIRECTORY = "history";

    /** Desktops and network file systems make such files anywhere. */
    private static final String HIDDEN = ".";

    private final Path directory;
    private final FileStore fileStore;
    private final FileChannel lockChannel;
    private final FileLock lock;
    /** Whether the file system takes writes past the page cache; until it has refused one. */
    private volatile boolean direct;

    private final ReadAhead readAhead = new ReadAhead();

    private FileStorage(Path directory, FileChannel lockChannel, FileLock lock) throws IOException {
        this.directory = directory;
        this.fileStore = Files.getFileStore(directory);
        this.lockChannel = lockChannel;
        this.lock = lock;
        this.direct = fileStore.getBlockSize() <= BLOCK_BYTES;
    }

    /**
     * Opens a directory, creating it if need be.
     *
     * @throws StorageUnavailableException if another process has it open, if it cannot be written to, or if it holds
     *     files that are not a broker's
     */
    public static FileStorage open(Path directory) {
        try {
            boolean created = Files.notExists(directory);
            Files.createDirectories(directory);
            if (created && directory.toAbsolutePath().getParent() != null) {
                syncDirectory(directory.toAbsolutePath().getParent());
            }
            requireNothingForeign(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StorageUnavailableException("The data directory " + directory
                        + " is in use by another broker; stop that one or choose another directory (BROKER_DATA_DIR).");
            }
            requireWritable(directory);
            return new FileStorage(directory, channel, lock);
        } catch (IOException e) {
            throw new StorageUnavailableException("The data directory " + directory
                    + " cannot be written to (" + e + "); check its owner and permissions, or choose another one"
                    + " (BROKER_DATA_DIR).");
        }
    }

    private static void requireNothingForeign(Path directory) throws IOException {
        for (String name : names(directory)) {
            if (!FileNames.isKnown(name)) {
                throw new StorageUnavailableException("The data directory " + directory + " holds '" + name
                        + "', which is not a file of this broker; choose a directory of its own (BROKER_DATA_DIR).");
            }
        }
    }

    /** The lock file may be from a time when the directory could still be written to. */
    private static void requireWritable(Path directory) throws IOException {
        Path probe = directory.resolve(FileNames.unnamed("probe"));
        Files.deleteIfExists(probe);
        Files.createFile(probe);
        Files.delete(probe);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public List<String> list() throws IOException {
        return names(directory);
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.equals(LOCK_FILE)
                        && !name.equals(LOST_AND_FOUND)
                        && !name.equals(HISTORY_DIRECTORY)
                        && !name.startsWith(HIDDEN)) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return new ChannelFile(
                name, FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public StorageFile create(String name) throws IOException {
        try {
            return new ChannelFile(
                    name,
                    FileChannel.open(
                            directory.resolve(name),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw fullOr(e, 1);
        }
    }

    /** The operating system says "no space" in words only, and in the user's language. */
    private IOException fullOr(IOException e, long bytes) throws IOException {
        return fileStore.getUsableSpace() < bytes
                        || String.valueOf(e.getMessage()).contains("No space left")
                ? new StorageFullException("no space is left on the disk of " + directory, e)
                : e;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        syncDirectory(directory);
    }

    @Override
    public long usableBytes() throws IOException {
        return fileStore.getUsableSpace();
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        readAhead.close();
        try {
            lock.release();
            lockChannel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class ChannelFile implements StorageFile {
        private final String name;
        private final FileChannel channel;
        /** Past the page cache; null until it is needed. */
        private FileChannel directChannel;

        private ChannelFile(String name, FileChannel channel) {
            this.name = name;
            this.channel = channel;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int count = channel.read(target, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public void expect(long position, int length) {
            readAhead.add(this, position, length);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            long at = position;
            try {
                while (source.hasRemaining()) {
                    FileChannel way = direct && isWholeBlocks(source, at) ? directChannel() : channel;
                    at += way.write(source, at);
                }
            } catch (IOException e) {
                throw fullOr(e, source.remaining());
            }
        }

        private static boolean isWholeBlocks(ByteBuffer source, long at) {
            return source.isDirect()
                    && (at | source.remaining()) % BLOCK_BYTES == 0
                    && source.alignmentOffset(source.position(), BLOCK_BYTES) == 0;
        }

        private FileChannel directChannel() throws IOException {
            if (directChannel == null) {
                try {
                    directChannel = FileChannel.open(
                            directory.resolve(name), StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
                } catch (UnsupportedOperationException | FileSystemException e) {
                    LOG.infof("Writes go through the page cache: the file system refuses others (%s)", e);
                    direct = false;
                    return channel;
                }
            }
            return directChannel;
        }

        @Override
        public void sync() throws IOException {
            // Includes the size where it has changed; that of a segment does not: it is zero-filled when it is made.
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            if (directChannel != null) {
                directChannel.close();
            }
            channel.close();
        }
    }
}

package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A storage on which every sync takes longer: how the broker behaves on a slower disk. For measurements and tests only.
 */
public final class DelayedSyncStorage implements Storage {

    private final Storage storage;
    private final long delayNanos;

    /**
     * @param storage does the work
     * @param delay by which each sync is made longer
     */
    public DelayedSyncStorage(Storage storage, Duration delay) {
        this.storage = storage;
        this.delayNanos = delay.toNanos();
    }

    @Override
    public List<String> list() throws IOException {
        return storage.list();
    }

    @Override
    public StorageFile open(String name) throws IOException {
        return new DelayedFile(storage.open(name));
    }

    @Override
    public StorageFile create(String name) throws IOException {
        return new DelayedFile(storage.create(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        storage.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        storage.delete(name);
    }

    @Override
    public void syncDirectory() throws IOException {
        storage.syncDirectory();
        delay();
    }

    @Override
    public long usableBytes() throws IOException {
        return storage.usableBytes();
    }

    private void delay() throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(delayNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during a delayed sync", e);
        }
    }

    private final class DelayedFile implements StorageFile {
        private final StorageFile file;

        DelayedFile(StorageFile file) {
            this.file = file;
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void expect(long position, int length) {
            file.expect(position, length);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            file.write(source, position);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
            delay();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}

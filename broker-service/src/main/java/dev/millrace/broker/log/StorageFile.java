package dev.millrace.broker.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One file of a {@link Storage}. {@link #sync} may be called from another thread than the rest. */
public interface StorageFile extends Closeable {

    String name();

    long size() throws IOException;

    /** Fills {@code target} from {@code position} on, or less at the file's end; returns how many bytes were read. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Says that these bytes will be read soon: an implementation may bring them closer. Neither waits nor fails. */
    default void expect(long position, int length) {}

    /** Writes all that remains in {@code source}. Not durable until {@link #sync}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Makes all that was written durable (fdatasync). After a failure the file must not be trusted again. */
    void sync() throws IOException;
}

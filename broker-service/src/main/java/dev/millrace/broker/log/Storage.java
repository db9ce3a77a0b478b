package dev.millrace.broker.log;

import java.io.IOException;
import java.util.List;

/**
 * The disk as the log sees it: one flat directory. Everything the log does to a disk goes through here, so that a test
 * can put a disk that fails, tears and forgets in its place. Thread-safe.
 */
public interface Storage {

    /** Names of all files, in no order. */
    List<String> list() throws IOException;

    /** Opens an existing file for reading and writing. */
    StorageFile open(String name) throws IOException;

    /** Creates an empty file. It may be gone after a crash until {@link #syncDirectory} has returned. */
    StorageFile create(String name) throws IOException;

    /**
     * Renames a file, in place of one that has the new name. Not durable until {@link #syncDirectory}. Whoever has it
     * open under the old name must open it again before it writes to it.
     */
    void rename(String from, String to) throws IOException;

    /** Deletes a file if it exists. Not durable until {@link #syncDirectory}. */
    void delete(String name) throws IOException;

    /** Makes creations, renames and deletions so far durable. */
    void syncDirectory() throws IOException;

    /** Bytes that can still be written to new files. */
    long usableBytes() throws IOException;
}

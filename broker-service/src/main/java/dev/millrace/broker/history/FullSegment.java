package dev.millrace.broker.history;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file to which nothing is added any more and which is not sealed. To find a key in it all its keys are read, unless
 * its filter says that it is not there. Immutable.
 *
 * @param entries how many there are
 * @param lastMillis time of the newest one, epoch milliseconds
 * @param bytes length of the file
 * @param since epoch milliseconds at which it was full; 0 if an earlier process wrote it
 * @param filter of its keys
 */
record FullSegment(
        Path file, SegmentHeader header, int entries, long lastMillis, long bytes, long since, KeyFilter filter) {

    /** Reads what an earlier process left. */
    static FullSegment of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            if (channel.size() < SegmentHeader.BYTES) {
                throw new UnreadableFileException("it has only " + channel.size() + " bytes");
            }
            MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            SegmentHeader header = SegmentHeader.readFrom(
                    memory.asSlice(0, SegmentHeader.BYTES).asByteBuffer());
            int entries = EntryBlocks.count(memory);
            long last = Long.MIN_VALUE;
            for (int i = 0; i < entries; i++) {
                long word = memory.get(EntryBlocks.WORD, EntryBlocks.wordAt(i));
                if (Entry.code(word) != Entry.DUE) {
                    last = Math.max(last, header.baseMillis() + Entry.distanceMillis(word));
                }
            }
            return new FullSegment(file, header, entries, last, channel.size(), 0, KeyFilter.of(memory, entries));
        }
    }

    void find(long key, Findings findings) throws IOException {
        if (filter.mayContain(key)) {
            read(memory -> EntryBlocks.find(key, memory, entries, header.baseMillis(), findings));
        }
    }

    /** What is done with the content of a file. */
    @FunctionalInterface
    interface Reading {
        void of(MemorySegment memory) throws IOException;
    }

    /** Lets the whole file be read. */
    void read(Reading reading) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            if (channel.size() < bytes) {
                throw new UnreadableFileException("it has only " + channel.size() + " bytes of " + bytes);
            }
            reading.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena));
        }
    }
}

package dev.millrace.broker.history;

import dev.millrace.broker.core.History.Texts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What was a {@linkplain FullSegment full segment}, in a form in which a key is found with two small reads: its entries lie in buckets by the upper
 * bits of their keys, in each bucket in their order. Immutable.
 *
 * <pre>
 *   0                64   {@link SegmentHeader}
 *  64   4 * (buckets+1)   where each bucket begins, counted in entries, and where the last one ends
 *        16 * entries     {@link Entry entries}
 *         textBytes       texts; an entry's place is counted from the end
 * </pre>
 *
 * @param bytes length of the file
 */
record SealedSegment(Path file, SegmentHeader header, long bytes) {

    private static final int ENTRIES_PER_BUCKET = 64;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfLong UNALIGNED_WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    SealedSegment {
        if (header.buckets() < 1 || Integer.bitCount(header.buckets()) != 1) {
            throw new IllegalArgumentException("a sealed segment of " + header.buckets() + " buckets");
        }
    }

    /** Reads the header of a file. */
    static SealedSegment of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SegmentHeader header = SegmentHeader.readFrom(read(channel, 0, SegmentHeader.BYTES));
            if (Integer.bitCount(header.buckets()) != 1 || length(header) != channel.size()) {
                throw new UnreadableFileException("its length does not fit its header");
            }
            return new SealedSegment(file, header, channel.size());
        }
    }

    private static long length(SegmentHeader header) {
        return entriesAt(header) + (long) header.entries() * Entry.BYTES + header.textBytes();
    }

    private static long entriesAt(SegmentHeader header) {
        return SegmentHeader.BYTES + (header.buckets() + 1L) * Integer.BYTES;
    }

    /** Writes what a full segment holds. */
    static SealedSegment write(FullSegment full, Path file) throws IOException {
        SealedSegment[] written = new SealedSegment[1];
        full.read(memory -> written[0] = write(full, memory, file));
        return written[0];
    }

    private static SealedSegment write(FullSegment full, MemorySegment source, Path file) throws IOException {
        int entries = full.entries();
        int buckets = Math.max(1, Integer.highestOneBit(entries / ENTRIES_PER_BUCKET));
        int[] starts = new int[buckets + 1];
        int textPlaces = 0;
        for (int i = 0; i < entries; i++) {
            starts[bucket(source.get(EntryBlocks.WORD, EntryBlocks.keyAt(i)), buckets) + 1]++;
            textPlaces = Math.max(textPlaces, Entry.textPlace(source.get(EntryBlocks.WORD, EntryBlocks.wordAt(i))));
        }
        for (int i = 1; i <= buckets; i++) {
            starts[i] += starts[i - 1];
        }
        long textBytes = Math.min(
                (long) textPlaces * Entry.TEXT_UNIT,
                Math.max(0, source.byteSize() - SegmentHeader.BYTES - (long) entries * Entry.BYTES));
        SegmentHeader header = new SegmentHeader(
                full.header().seed(),
                full.header().baseMillis(),
                full.lastMillis(),
                entries,
                buckets,
                Math.toIntExact(textBytes));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(length(header), Entry.BYTES);
            header.writeTo(target.asSlice(0, SegmentHeader.BYTES).asByteBuffer());
            for (int i = 0; i <= buckets; i++) {
                target.set(NUMBER, SegmentHeader.BYTES + (long) i * Integer.BYTES, starts[i]);
            }
            distribute(source, entries, target.asSlice(entriesAt(header)), starts, buckets);
            MemorySegment.copy(source, source.byteSize() - textBytes, target, target.byteSize() - textBytes, textBytes);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = target.asByteBuffer();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            return new SealedSegment(file, header, target.byteSize());
        }
    }

    /** Puts each entry behind those of its bucket that came before it. */
    private static void distribute(MemorySegment source, int entries, MemorySegment target, int[] starts, int buckets) {
        int[] next = starts.clone();
        for (int i = 0; i < entries; i++) {
            long key = source.get(EntryBlocks.WORD, EntryBlocks.keyAt(i));
            long to = (long) next[bucket(key, buckets)]++ * Entry.BYTES;
            target.set(UNALIGNED_WORD, to, key);
            target.set(UNALIGNED_WORD, to + Long.BYTES, source.get(EntryBlocks.WORD, EntryBlocks.wordAt(i)));
        }
    }

    /** @param buckets a power of two */
    private static int bucket(long key, int buckets) {
        return buckets == 1 ? 0 : (int) (key >>> Long.SIZE - Integer.numberOfTrailingZeros(buckets));
    }

    void find(long key, Findings findings) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int bucket = bucket(key, header.buckets());
            ByteBuffer range = read(channel, SegmentHeader.BYTES + (long) bucket * Integer.BYTES, 2 * Integer.BYTES);
            long at = entriesAt(header) + (long) range.getInt() * Entry.BYTES;
            long end = entriesAt(header) + (long) range.getInt() * Entry.BYTES;
            if (at < entriesAt(header) || at > end || end > bytes - header.textBytes()) {
                throw new UnreadableFileException("its buckets are damaged");
            }
            while (at < end) {
                ByteBuffer chunk = read(channel, at, (int) Math.min(end - at, CHUNK_BYTES));
                at += chunk.remaining();
                while (chunk.hasRemaining()) {
                    long entryKey = chunk.getLong();
                    long word = chunk.getLong();
                    if (entryKey == key) {
                        findings.add(header.baseMillis(), word, place -> texts(channel, place));
                    }
                }
            }
        }
    }

    private Texts texts(FileChannel channel, int place) throws IOException {
        long distance = (long) place * Entry.TEXT_UNIT;
        if (distance > header.textBytes()) {
            return null;
        }
        ByteBuffer block = read(channel, bytes - distance, (int) Math.min(distance, TextBlock.MAX_BYTES));
        return TextBlock.decode(MemorySegment.ofBuffer(block));
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (target.hasRemaining()) {
            if (channel.read(target, at + target.position()) < 0) {
                throw new UnreadableFileException("it ends early");
            }
        }
        return target.flip();
    }
}

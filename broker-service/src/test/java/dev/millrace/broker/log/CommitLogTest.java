package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitLogTest {

    private static final int SEGMENT = 4096;
    private static final String FIRST_SEGMENT = FileNames.segment(0);
    private static final LogSettings SETTINGS = new LogSettings(SEGMENT, 512, 0, 0, Runnable::run, () -> {
        throw new IllegalStateException("the disk is full");
    });

    private final SimulatedStorage storage = new SimulatedStorage();

    private record Text(String text) implements RecordBody {
        @Override
        public byte type() {
            return 1;
        }

        @Override
        public int length() {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.put(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> recovered(Storage storage) {
        List<String> texts = new ArrayList<>();
        CommitLog.open(
                storage,
                SETTINGS,
                0,
                (type, position, body) ->
                        texts.add(StandardCharsets.UTF_8.decode(body).toString()));
        return texts;
    }

    private static CommitLog open(Storage storage) {
        return CommitLog.open(storage, SETTINGS, 0, (type, position, body) -> {});
    }

    private static String text(int number) {
        return "record " + number + " " + "x".repeat(number % 97);
    }

    private static List<String> texts(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(i));
        }
        return texts;
    }

    private static void append(CommitLog log, List<String> texts) {
        texts.forEach(text -> log.append(new Text(text)));
    }

    private static void sync(CommitLog log) {
        log.flush();
        log.sync();
    }

    @Test
    void recordsComeBackInOrderAcrossManySegments() throws Exception {
        CommitLog log = open(storage);
        append(log, texts(1_000));
        log.close();

        assertTrue(storage.list().size() > 10, "the test is meant to fill many segments");
        assertEquals(texts(1_000), recovered(storage));
    }

    @Test
    void recordIsReadBackFromTheBufferAndFromTheSegment() {
        CommitLog log = open(storage);
        long position = log.append(new Text("here"));
        assertEquals(
                "here",
                StandardCharsets.UTF_8.decode(log.read(position, 4).body()).toString());
        sync(log);
        append(log, texts(200));
        assertEquals(
                "here",
                StandardCharsets.UTF_8.decode(log.read(position, 4).body()).toString());
    }

    @Test
    void whatWasSyncedSurvivesAPowerLossAndWhatWasNotIsAPrefix() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SimulatedStorage disk = new SimulatedStorage();
            int syncedCount = 0;
            int count = 0;
            for (int life = 0; life < 3; life++) {
                CommitLog log = open(disk);
                int appends = random.nextInt(1, 120);
                for (int i = 0; i < appends; i++) {
                    log.append(new Text(text(count++)));
                    if (random.nextInt(10) == 0) {
                        log.flush();
                    }
                    if (random.nextInt(20) == 0) {
                        sync(log);
                        syncedCount = count;
                    }
                }
                log.flush();
                disk.crash(random);
                List<String> found = recovered(disk);
                assertTrue(
                        found.size() >= syncedCount && found.size() <= count,
                        "seed " + seed + ": " + syncedCount + " synced, " + found.size() + " found of " + count);
                assertEquals(texts(found.size()), found, "seed " + seed);
                assertEquals(found, recovered(disk), "seed " + seed + ": a second recovery finds something else");
                count = found.size();
                syncedCount = count;
            }
        }
    }

    @Test
    void tailTornAtAnyByteIsCutOff() {
        CommitLog log = open(storage);
        append(log, texts(20));
        sync(log);
        int tail = (int) log.endPosition();
        append(log, List.of("the last batch", "has two records"));
        int end = (int) log.endPosition();
        log.flush();

        for (int at = tail; at < end; at++) {
            SimulatedStorage torn = storage.copy();
            torn.zeroFrom(FIRST_SEGMENT, at);
            List<String> found = recovered(torn);
            assertEquals(texts(20), found.subList(0, 20), "torn at " + at);
        }
    }

    @Test
    void damageBeforeARecordThatWasWrittenAfterItsSyncIsRefused() {
        CommitLog log = open(storage);
        append(log, texts(10));
        int end = (int) log.endPosition();
        sync(log);
        append(log, List.of("a later batch"));
        sync(log);

        for (int at = Segment.HEADER_BYTES; at < end; at++) {
            SimulatedStorage rotten = storage.copy();
            rotten.flipBit(FIRST_SEGMENT, at);
            if (!isPadding(at)) {
                assertThrows(LogCorruptException.class, () -> recovered(rotten), "bit flipped in byte " + at);
            }
        }
    }

    /** Padding is the one place where a flipped bit changes nothing. */
    private boolean isPadding(int at) {
        int start = Segment.HEADER_BYTES;
        for (String text : texts(10)) {
            int length = RecordFormat.HEADER_BYTES + text.length();
            if (at < start + RecordFormat.align(length)) {
                return at >= start + length;
            }
            start += RecordFormat.align(length);
        }
        throw new IllegalArgumentException("no record at " + at);
    }

    @Test
    void whatIsBehindATornTailNeverComesBack() {
        CommitLog log = open(storage);
        append(log, texts(5));
        sync(log);
        int torn = (int) log.endPosition();
        append(log, List.of("torn", "whole, but behind the torn one"));
        log.flush();
        storage.flipBit(FIRST_SEGMENT, torn + RecordFormat.HEADER_BYTES);

        CommitLog second = open(storage);
        second.append(new Text("tor2"));
        second.close();

        List<String> expected = texts(5);
        expected.add("tor2");
        assertEquals(expected, recovered(storage));
    }

    @Test
    void missingSegmentIsRefused() throws Exception {
        CommitLog log = open(storage);
        append(log, texts(500));
        log.close();
        storage.delete(FileNames.segment(SEGMENT));

        LogCorruptException refusal = assertThrows(LogCorruptException.class, () -> recovered(storage));
        assertTrue(refusal.getMessage().contains("position 4096 is missing"), refusal.getMessage());
    }

    @Test
    void segmentWhoseHeaderIsDamagedIsRefused() {
        CommitLog log = open(storage);
        append(log, texts(10));
        log.close();
        int headerBytes = 28;
        for (int at = 0; at < headerBytes; at++) {
            SimulatedStorage rotten = storage.copy();
            rotten.flipBit(FIRST_SEGMENT, at);
            assertThrows(LogCorruptException.class, () -> recovered(rotten), "bit flipped in byte " + at);
        }
    }

    @Test
    void foreignFileWithASegmentsNameIsRefused() throws Exception {
        storage.create(FileNames.segment(0))
                .write(ByteBuffer.wrap("#!/bin/sh\n".repeat(100).getBytes(StandardCharsets.UTF_8)), 0);

        assertThrows(LogCorruptException.class, () -> recovered(storage));
    }

    @Test
    void segmentOfAnotherFormatVersionIsRefusedByItsNumber() throws Exception {
        ByteBuffer header = ByteBuffer.allocate(SEGMENT).putLong(0x4d494c4c52414345L);
        header.putInt(1).putInt(SEGMENT).putLong(0);
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, header.position()));
        header.putInt((int) crc.getValue()).clear();
        storage.create(FIRST_SEGMENT).write(header, 0);

        LogCorruptException refused = assertThrows(LogCorruptException.class, () -> open(storage));

        assertTrue(refused.getMessage().contains("has format version 1"), refused.getMessage());
    }

    @Test
    void discardedSegmentsAreUsedAgainAndTheirOldRecordsStayDead() {
        CommitLog log = open(storage);
        append(log, texts(300));
        sync(log);
        long start = log.endPosition();
        for (long base : log.segmentBases()) {
            if (log.segmentEnd(base) <= start) {
                log.discard(base);
            }
        }
        append(log, texts(300));
        log.close();

        List<String> found = new ArrayList<>();
        CommitLog.open(
                storage,
                SETTINGS,
                start,
                (type, position, body) ->
                        found.add(StandardCharsets.UTF_8.decode(body).toString()));
        assertEquals(texts(300), found);
    }

    /** On a full disk a segment is used again at once; its old name must be gone for good before it is written to. */
    @Test
    void segmentIsNotWrittenOverWhileACrashCouldBringItsOldNameBack() {
        int calls = 12;
        for (long call = 1; call <= calls; call++) {
            for (long seed = 0; seed < 10; seed++) {
                SimulatedStorage disk = new SimulatedStorage();
                CommitLog log = open(disk);
                disk.capacity(disk.usedBytes());
                while (log.segmentBases().length < 3) {
                    log.append(new Text(text(50)));
                }
                sync(log);
                assertEquals(DiskState.FULL, log.disk());
                long start = log.segmentEnd(0) + Segment.HEADER_BYTES;
                log.discard(0);
                disk.losePowerAt(call);
                try {
                    while (log.segmentBases().length < 3) {
                        log.append(new Text(text(50)));
                    }
                } catch (PowerLoss | CompletionException expected) {
                    assertTrue(disk.isDead());
                }
                disk.crash(new SplittableRandom(seed));
                disk.capacity(Long.MAX_VALUE);
                CommitLog.open(disk, SETTINGS, start, (type, position, body) -> {});
            }
        }
    }

    @Test
    void failedSyncIsNotTakenForDurable() {
        CommitLog log = open(storage);
        log.append(new Text("x"));
        log.flush();
        long before = log.syncedPosition();
        storage.failSyncs();

        assertThrows(LogFailedException.class, log::sync);
        assertEquals(before, log.syncedPosition());
    }

    @Test
    void realDirectoryKeepsTheLog(@TempDir Path directory) {
        try (FileStorage files = FileStorage.open(directory)) {
            CommitLog log = open(files);
            append(log, texts(500));
            log.close();
        }
        try (FileStorage files = FileStorage.open(directory)) {
            assertEquals(texts(500), recovered(files));
        }
    }
}

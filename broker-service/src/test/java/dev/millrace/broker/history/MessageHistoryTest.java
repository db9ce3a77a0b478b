package dev.millrace.broker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.History;
import dev.millrace.broker.core.History.Event;
import dev.millrace.broker.core.History.Texts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class MessageHistoryTest {

    /** Segments of 32 KiB, which have room for 1,792 entries. */
    private static final HistorySettings SMALL = new HistorySettings(1 << 20, Duration.ofDays(7), 0);

    @TempDir
    Path directory;

    private volatile long now = 1_000_000_000_000L;
    private MessageHistory history;
    private History.Context queue;

    @BeforeEach
    void open() throws IOException {
        open(SMALL, MessageKey.HASH);
    }

    private void open(HistorySettings settings, MessageKey keys) throws IOException {
        history = new MessageHistory(directory, settings, () -> now, keys);
        queue = history.context(Texts.of("emails"));
    }

    private void reopen() throws IOException {
        history.close();
        open();
    }

    @AfterEach
    void close() {
        history.close();
    }

    private static String text(byte[] id) {
        return new String(id, StandardCharsets.UTF_8);
    }

    private long key(String id) {
        return history.keyOf(id.getBytes(StandardCharsets.UTF_8));
    }

    private void add(Event event, boolean troubled, String id) {
        history.add(event, troubled, key(id), now, 0, queue);
    }

    /** Adds stored events, no faster than segments are made. */
    private void fill(boolean troubled, String prefix, int from, int to) {
        for (int i = from; i < to; i++) {
            long missed = history.missed();
            String id = prefix + i;
            add(Event.STORED, troubled, id);
            while (history.missed() > missed) {
                LockSupport.parkNanos(100_000);
                missed = history.missed();
                add(Event.STORED, troubled, id);
            }
        }
    }

    private List<HistoryItem> find(String id) {
        return history.find(id).orElseThrow();
    }

    private List<Event> events(String id) {
        return find(id).stream().map(HistoryItem::event).toList();
    }

    private List<Path> files(String tier, String ending) {
        try (Stream<Path> all = Files.list(directory.resolve(tier))) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long bytesOnDisk() {
        return Stream.of("ordinary", "troubled")
                .flatMap(tier -> Stream.of(directory.resolve(tier).toFile().listFiles()))
                .mapToLong(File::length)
                .sum();
    }

    /** What is full now is sealed half a minute later. */
    private void seal(String tier, int count) {
        Awaitility.await().until(() -> {
            now += 30_000;
            return files(tier, ".sealed").size() >= count;
        });
    }

    /** What an earlier process left is sealed at once. */
    private void awaitSealed(String tier, int count) {
        Awaitility.await().until(() -> files(tier, ".sealed").size() >= count);
    }

    @Test
    void everyFieldComesBack() throws IOException {
        Texts texts = new Texts("orders::inventory", "inventory", "ö link", "rejected", "me", "no such product");
        history.add(Event.DEAD_LETTERED, true, key("m"), now, 3, history.context(texts));
        HistoryItem expected = new HistoryItem(Instant.ofEpochMilli(now), Event.DEAD_LETTERED, 3, texts, null);

        assertEquals(List.of(expected), find("m"));
        reopen();
        assertEquals(List.of(expected), find("m"));
        awaitSealed("troubled", 1);
        assertEquals(List.of(expected), find("m"));
    }

    @Test
    void allThatFitsIsFoundInOpenInFullAndInSealedSegments() {
        fill(false, "m", 0, 15_000);
        assertEquals(List.of(), files("ordinary", ".sealed"));
        assertFirstAreFound(15_000);

        seal("ordinary", 3);
        assertFirstAreFound(15_000);

        // The current one has entries that go on while the others are sealed.
        fill(false, "m", 15_000, 16_000);
        seal("ordinary", 8);
        assertFirstAreFound(16_000);
    }

    private void assertFirstAreFound(int count) {
        for (int i = 0; i < count; i += 17) {
            List<HistoryItem> items = find("m" + i);
            assertEquals(1, items.size(), "m" + i);
            assertEquals(Event.STORED, items.getFirst().event());
            assertEquals("emails", items.getFirst().texts().destination(), "m" + i);
        }
        assertEquals(List.of(), find("m" + count));
    }

    @Test
    void theOldestGoWhenTheBytesAreUsedUpAndNoMoreThanTheseAreThere() {
        long most = 0;
        for (int i = 0; i < 60_000; i += 1_000) {
            fill(false, "m", i, i + 1_000);
            most = Math.max(most, bytesOnDisk());
        }

        assertTrue(most <= SMALL.maxBytes(), most + " bytes");
        assertEquals(List.of(), find("m0"));
        assertEquals(List.of(Event.STORED), events("m59999"));
        Awaitility.await().until(() -> history.bytes() == bytesOnDisk());
        // Eleven of sixteen segments are full ones at least, each with 1,700 entries or more.
        assertEquals(List.of(Event.STORED), events("m45000"));
    }

    @Test
    void ordinaryLivesDoNotWashAwayThoseInTrouble() {
        add(Event.FAILED, true, "poor");
        fill(false, "m", 0, 50_000);

        assertEquals(List.of(Event.FAILED), events("poor"));
    }

    @Test
    void whatBothTiersHaveIsToldOnceInTheOrderOfTime() {
        add(Event.STORED, false, "m");
        now += 5;
        add(Event.DELIVERED, false, "m");
        now += 5;
        history.add(Event.STORED, true, key("m"), now - 10, 0, queue);
        history.add(Event.DELIVERED, true, key("m"), now - 5, 0, queue);
        add(Event.FAILED, true, "m");

        assertEquals(List.of(Event.STORED, Event.DELIVERED, Event.FAILED), events("m"));
    }

    @Test
    void scheduledMessagesSayWhenTheyAreDue() throws IOException {
        history.addScheduled(key("m"), now, now + 86_400_000L, queue);
        assertEquals(
                Instant.ofEpochMilli(now + 86_400_000L), find("m").getFirst().dueAt());
        reopen();
        awaitSealed("ordinary", 1);
        assertEquals(1, find("m").size());
        assertEquals(
                Instant.ofEpochMilli(now + 86_400_000L), find("m").getFirst().dueAt());
    }

    @Test
    void timesLongBeforeTheSegmentAreKept() {
        long longAgo = now - Duration.ofDays(60).toMillis();
        history.add(Event.STORED, true, key("m"), longAgo, 0, queue);

        assertEquals(Instant.ofEpochMilli(longAgo), find("m").getFirst().at());
    }

    @Test
    void whatIsOldGoesThoughThereIsRoom() throws IOException {
        add(Event.STORED, false, "m");
        reopen();
        awaitSealed("ordinary", 1);
        assertEquals(List.of(Event.STORED), events("m"));

        now += Duration.ofDays(7).toMillis() + 1;
        reopen();
        Awaitility.await().until(() -> files("ordinary", ".sealed").isEmpty());
        assertEquals(List.of(), find("m"));
    }

    @Test
    void aSegmentThatFillsSlowlyIsSealedBeforeItIsTooOldToGoInTime() {
        add(Event.STORED, false, "m1");
        Awaitility.await().until(() -> files("ordinary", ".open").size() == 2); // one of them is the reserve
        now += Duration.ofDays(1).toMillis();
        add(Event.STORED, false, "m2");

        seal("ordinary", 1);
        assertEquals(List.of(Event.STORED), events("m1"));
        assertEquals(List.of(Event.STORED), events("m2"));
    }

    @Test
    void everyRestartKeepsWhatWasThere() throws IOException {
        for (int i = 0; i < 20; i++) {
            add(Event.STORED, false, "m" + i);
            reopen();
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(List.of(Event.STORED), events("m" + i));
        }
    }

    @Test
    void whereALifeWasSealedWhenTheProcessWasKilledItIsToldOnce() throws IOException {
        add(Event.STORED, false, "m");
        Path open = files("ordinary", ".open").getFirst();
        byte[] content = Files.readAllBytes(open);
        reopen();
        awaitSealed("ordinary", 1);
        history.close();
        Files.write(open, content);
        Files.write(open.resolveSibling(open.getFileName().toString().replace(".open", ".making")), new byte[10]);
        open();

        assertEquals(List.of(Event.STORED), events("m"));
        assertFalse(Files.exists(open));
        assertEquals(List.of(), files("ordinary", ".making"));
    }

    @Test
    void filesThatCannotBeReadAreSetAsideAndTheOthersGoOn() throws IOException {
        fill(false, "m", 0, 5_000);
        seal("ordinary", 2);
        history.close();
        List<Path> sealed = files("ordinary", ".sealed");
        byte[] damaged = Files.readAllBytes(sealed.getFirst());
        damaged[20] ^= 1;
        Files.write(sealed.getFirst(), damaged);
        Path foreign = Files.writeString(directory.resolve("ordinary/notes.txt"), "not ours");
        Files.write(directory.resolve("ordinary/00000000000000ff.sealed"), new byte[0]);
        Files.write(directory.resolve("ordinary/00000000000000fe.open"), new byte[1_000]);
        open();

        assertEquals(List.of(Event.STORED), events("m4999"));
        assertEquals(List.of(), find("m0"));
        assertEquals(3, files("ordinary", ".unreadable").size());
        assertTrue(Files.exists(foreign));
    }

    @Test
    void damageInsideOfAFileHidesNoMoreThanWhatItHits() throws IOException {
        fill(false, "m", 0, 5_000);
        seal("ordinary", 2);
        history.close();
        Path file = files("ordinary", ".sealed").getFirst();
        byte[] damaged = Files.readAllBytes(file);
        for (int i = SegmentHeader.BYTES; i < damaged.length; i++) {
            damaged[i] = (byte) (i * 31);
        }
        Files.write(file, damaged);
        open();

        for (int i = 0; i < 5_000; i += 100) {
            find("m" + i);
        }
        assertEquals(List.of(Event.STORED), events("m4999"));
    }

    @Test
    void textsThatAreDamagedAreNotShown() throws IOException {
        add(Event.STORED, false, "m");
        reopen();
        awaitSealed("ordinary", 1);
        history.close();
        Path file = files("ordinary", ".sealed").getFirst();
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, content.replace("emails", "emailz"), StandardCharsets.ISO_8859_1);
        open();

        assertEquals(
                new HistoryItem(
                        Instant.ofEpochMilli(now),
                        Event.STORED,
                        0,
                        new Texts(null, null, null, null, null, null),
                        null),
                find("m").getFirst());
    }

    @Test
    void anOpenSegmentThatWasCutOffEndsThere() throws IOException {
        add(Event.STORED, false, "m");
        Path open = files("ordinary", ".open").getFirst();
        history.close();
        byte[] content = Files.readAllBytes(open);
        Files.write(open, java.util.Arrays.copyOf(content, content.length / 2 + 3));
        open();

        // Its texts were at the end, the entry is still there.
        assertEquals(List.of(Event.STORED), events("m"));
        awaitSealed("ordinary", 1);
        assertEquals(List.of(Event.STORED), events("m"));
    }

    @Test
    void twoIdsOfOneKeyAreShownAsOneLifeAndHarmNobodyElse() throws IOException {
        history.close();
        open(SMALL, (id, seed) -> text(id).startsWith("twin") ? 42 : MessageKey.HASH.of(id, seed));
        add(Event.STORED, false, "twin-1");
        add(Event.SETTLED, false, "twin-2");
        fill(false, "m", 0, 5_000);
        seal("ordinary", 2);

        assertEquals(List.of(Event.STORED, Event.SETTLED), events("twin-1"));
        assertEquals(List.of(Event.STORED, Event.SETTLED), events("twin-2"));
        assertEquals(List.of(Event.STORED), events("m1"));
    }

    @Test
    void keysThatShareABucketAreToldApart() throws IOException {
        history.close();
        open(SMALL, (id, seed) -> 1 + Long.parseLong(text(id).substring(1)));
        fill(false, "m", 0, 5_000);
        seal("ordinary", 2);

        for (int i = 0; i < 5_000; i += 7) {
            assertEquals(List.of(Event.STORED), events("m" + i));
        }
    }

    @Test
    void ofAnIdThatIsUsedOverAndOverTheNewestAreShown() {
        fill(false, "filler", 0, 100);
        for (int i = 0; i < 10_000; i++) {
            now++;
            fillOne("same");
        }
        List<HistoryItem> items = find("same");

        assertEquals(HistoryReader.MAX_ITEMS, items.size());
        assertEquals(Instant.ofEpochMilli(now), items.getLast().at());
        assertEquals(
                Instant.ofEpochMilli(now - HistoryReader.MAX_ITEMS + 1),
                items.getFirst().at());
    }

    private void fillOne(String id) {
        long missed = history.missed();
        add(Event.STORED, false, id);
        while (history.missed() > missed) {
            LockSupport.parkNanos(100_000);
            missed = history.missed();
            add(Event.STORED, false, id);
        }
    }

    @Test
    void textsAreCutAndSharedAndAnyNumberOfThemFits() {
        String huge = "ä".repeat(5_000);
        for (int i = 0; i < 1_000; i++) {
            Texts texts = new Texts("emails", "c", "l", "rejected", null, "error " + i + " " + huge);
            long missed;
            do {
                missed = history.missed();
                history.add(Event.FAILED, true, key("m" + i), now, 1, history.context(texts));
                if (history.missed() > missed) {
                    LockSupport.parkNanos(100_000);
                }
            } while (history.missed() > missed);
        }
        Texts texts = find("m999").getFirst().texts();

        assertEquals("emails", texts.destination());
        assertTrue(texts.detail().startsWith("error 999 ää"), texts.detail());
        assertTrue(texts.detail().endsWith("…"), texts.detail());
        assertTrue(bytesOnDisk() <= SMALL.maxBytes());
    }

    @Test
    void entriesAndTextsGrowTowardsEachOtherAndDoNotMeet() {
        List<History.Context> contexts = IntStream.range(0, 10)
                .mapToObj(i -> history.context(new Texts("emails", null, null, null, null, i + "x".repeat(1_000))))
                .toList();
        for (int i = 0; i < 5_000; i++) {
            long missed;
            do {
                missed = history.missed();
                history.add(Event.FAILED, true, key("m" + i), now, 1, contexts.get(i % 10));
                if (history.missed() > missed) {
                    LockSupport.parkNanos(100_000);
                }
            } while (history.missed() > missed);
        }

        for (int i = 0; i < 5_000; i += 13) {
            assertEquals(
                    i % 10 + "x".repeat(1_000), find("m" + i).getFirst().texts().detail(), "m" + i);
        }
    }

    @Test
    void whereNothingCanBeKeptItIsCountedAndComesBackWithTheSpace() throws IOException {
        history.close();
        open(new HistorySettings(1 << 20, Duration.ofDays(7), Long.MAX_VALUE / 2), MessageKey.HASH);
        add(Event.STORED, false, "m");

        assertEquals(1, history.missed());
        assertEquals(List.of(), find("m"));
        history.close();
        open();
        add(Event.STORED, false, "m");
        assertEquals(List.of(Event.STORED), events("m"));
    }

    @Test
    void settingsOutOfTheirRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new HistorySettings(1, Duration.ofDays(7), 0));
        assertThrows(IllegalArgumentException.class, () -> new HistorySettings(1 << 20, Duration.ofDays(91), 0));
        assertThrows(IllegalArgumentException.class, () -> new HistorySettings(1 << 20, Duration.ZERO, 0));
    }

    @Test
    void whoLooksWhileEventsAreAddedSeesWholeOnesAndNeverLessThanBefore() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
            readers.add(Thread.ofPlatform().start(() -> {
                try {
                    int seen = 0;
                    while (!done.get()) {
                        List<HistoryItem> items = find("watched");
                        assertTrue(items.size() >= seen, items.size() + " after " + seen);
                        seen = items.size();
                        IntStream.range(0, items.size()).forEach(i -> {
                            assertEquals(i, items.get(i).attempt());
                            assertEquals("detail " + i, items.get(i).texts().detail());
                        });
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (int i = 0; i < 200; i++) {
            Texts texts = new Texts("emails", null, null, null, null, "detail " + i);
            long missed;
            do {
                missed = history.missed();
                history.add(Event.FAILED, false, key("watched"), now, i, history.context(texts));
            } while (history.missed() > missed);
            fill(false, "m" + i + "-", 0, 50);
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertEquals(null, failure.get());
        assertEquals(200, find("watched").size());
    }

    @Test
    void aLookupTakesMillisecondsAlsoWhenAllBytesAreUsed() throws IOException {
        history.close();
        open(new HistorySettings(256 << 20, Duration.ofDays(7), 0), MessageKey.HASH);
        int events = 7_500_000;
        fill(false, "message-of-usual-length-", 0, events);

        List<Long> micros = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200; i++) {
            int known = events - 1 - random.nextInt(6_000_000);
            long begun = System.nanoTime();
            assertEquals(List.of(Event.STORED), events("message-of-usual-length-" + known));
            micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun));
        }
        micros.sort(null);
        System.out.printf(
                "lookup with %d MiB: p50 %d us, p99 %d us, max %d us%n",
                history.bytes() >> 20, micros.get(100), micros.get(197), micros.getLast());
        assertTrue(micros.get(100) <= 20_000, micros::toString);
    }
}

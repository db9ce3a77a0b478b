package dev.millrace.broker.history;

import dev.millrace.broker.core.History;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Histories of messages in files of bounded size (decision 40). Events of ordinary lives and events of lives in trouble
 * have half of the bytes each, so that any number of messages that go well do not wash away those that do not.
 *
 * <p>The core's thread adds; finding is thread-safe.
 */
public final class MessageHistory implements History, HistoryReader, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(MessageHistory.class);
    private static final long MAINTENANCE_SECONDS = 1;
    private static final long STOP_LIMIT_SECONDS = 10;

    private final long seed = new SecureRandom().nextLong();
    private final MessageKey keys;
    private final Tier ordinary;
    private final Tier troubled;
    private final ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("broker-history").daemon().factory());

    /** @param keys only tests have another one than {@link MessageKey#HASH} */
    MessageHistory(Path directory, HistorySettings settings, LongSupplier clock, MessageKey keys) throws IOException {
        this.keys = keys;
        ordinary = tier(0, directory.resolve("ordinary"), settings, clock);
        troubled = tier(1, directory.resolve("troubled"), settings, clock);
        maintenance.scheduleWithFixedDelay(this::maintain, 0, MAINTENANCE_SECONDS, TimeUnit.SECONDS);
    }

    private Tier tier(int number, Path directory, HistorySettings settings, LongSupplier clock) throws IOException {
        return new Tier(
                number,
                directory,
                settings,
                settings.maxBytes() / Tier.COUNT,
                seed,
                clock,
                () -> maintenance.execute(this::maintain));
    }

    /**
     * Goes on with the histories in a directory, which is made if it is not there.
     *
     * @param clock epoch milliseconds
     * @throws IOException if it cannot be written to
     */
    public static MessageHistory open(Path directory, HistorySettings settings, LongSupplier clock) throws IOException {
        return new MessageHistory(directory, settings, clock, MessageKey.HASH);
    }

    private void maintain() {
        try {
            ordinary.maintain();
            troubled.maintain();
        } catch (RuntimeException e) {
            // The next time comes only if this one ends well.
            LOG.errorf(e, "The histories of messages could not be tended");
        }
    }

    @Override
    public long keyOf(byte[] messageId) {
        return messageId == null ? 0 : keys.of(messageId, seed);
    }

    @Override
    public Context context(Texts texts) {
        return new TextContext(texts);
    }

    @Override
    public void add(Event event, boolean isTroubled, long key, long at, int attempt, Context context) {
        (isTroubled ? troubled : ordinary).add(Entry.code(event), key, at, attempt, (TextContext) context, 0);
    }

    @Override
    public void addScheduled(long key, long at, long dueAt, Context context) {
        ordinary.add(Entry.code(Event.SCHEDULED), key, at, 0, (TextContext) context, dueAt);
    }

    /** What both tiers have is told once. */
    @Override
    public Optional<List<HistoryItem>> find(String messageId) {
        Set<HistoryItem> found = new LinkedHashSet<>(ordinary.find(messageId, keys));
        found.addAll(troubled.find(messageId, keys));
        List<HistoryItem> items = new ArrayList<>(found);
        items.sort(Comparator.comparing(HistoryItem::at));
        return Optional.of(List.copyOf(items.subList(Math.max(0, items.size() - MAX_ITEMS), items.size())));
    }

    /** Bytes of all files, as of the last few seconds. */
    public long bytes() {
        return ordinary.bytes() + troubled.bytes();
    }

    /** Events that could not be kept, because the disk was full or too slow. */
    public long missed() {
        return ordinary.missed() + troubled.missed();
    }

    /** To be called when nothing is added any more. */
    @Override
    public void close() {
        maintenance.shutdown();
        try {
            if (maintenance.awaitTermination(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                ordinary.close();
                troubled.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

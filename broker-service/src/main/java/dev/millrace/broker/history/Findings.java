package dev.millrace.broker.history;

import dev.millrace.broker.core.History;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/** What was found of one message-id in one segment; of too much the newest. */
final class Findings {

    private static final History.Texts NO_TEXTS = new History.Texts(null, null, null, null, null, null);

    private final Deque<HistoryItem> items = new ArrayDeque<>();

    /** Reads the texts at a place; null if there are none. */
    @FunctionalInterface
    interface TextReader {
        History.Texts read(int place) throws IOException;
    }

    /** Takes an entry; what is none that this version knows is passed over. */
    void add(long baseMillis, long word, TextReader reader) throws IOException {
        if (Entry.code(word) == Entry.DUE && !items.isEmpty()) {
            HistoryItem scheduled = items.removeLast();
            items.addLast(new HistoryItem(
                    scheduled.at(),
                    scheduled.event(),
                    scheduled.attempt(),
                    scheduled.texts(),
                    Instant.ofEpochMilli(Entry.dueAt(word))));
            return;
        }
        History.Event event = Entry.event(word);
        if (event == null) {
            return;
        }
        Instant at = Instant.ofEpochMilli(baseMillis + Entry.distanceMillis(word));
        int place = Entry.textPlace(word);
        History.Texts texts = place == 0 ? null : reader.read(place);
        if (items.size() == HistoryReader.MAX_ITEMS) {
            items.removeFirst();
        }
        items.addLast(new HistoryItem(at, event, Entry.attempt(word), texts == null ? NO_TEXTS : texts, null));
    }

    Collection<HistoryItem> items() {
        return items;
    }
}

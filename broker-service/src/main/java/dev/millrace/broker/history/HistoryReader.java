package dev.millrace.broker.history;

import java.util.List;
import java.util.Optional;

/** Looks lives up. Thread-safe; reads files, so not to be called where nothing may block. */
public interface HistoryReader {

    /** The newest so many events of one message-id are shown. */
    int MAX_ITEMS = 1_000;

    /** What is known of a message-id, oldest first; empty if no histories are kept. */
    Optional<List<HistoryItem>> find(String messageId);
}

package dev.millrace.e2e;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the system has said to its customers, written down outside of it. Thread-safe. */
final class OrderLedger {
    private final Map<String, Entry> accepted = new ConcurrentHashMap<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final AtomicInteger retries = new AtomicInteger();

    /** An order that was answered with 201. */
    record Entry(String id, int quantity, String email) {}

    void accepted(Entry entry) {
        Entry other = accepted.putIfAbsent(entry.id(), entry);
        if (other != null) {
            throw new AssertionError("two keys gave the same order: " + other + " and " + entry);
        }
    }

    /** A cancellation that was answered with 202. */
    void cancelled(String id) {
        cancelled.add(id);
    }

    void retried() {
        retries.incrementAndGet();
    }

    Collection<Entry> entries() {
        return accepted.values();
    }

    boolean isCancelled(String id) {
        return cancelled.contains(id);
    }

    int size() {
        return accepted.size();
    }

    int cancellations() {
        return cancelled.size();
    }

    int retries() {
        return retries.get();
    }
}

package dev.millrace.e2e.torture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the broker has said and done, kept outside of it, and what it must not have done:
 *
 * <ul>
 *   <li>lose a copy that it accepted;
 *   <li>deliver a copy again whose settlement is known to be on disk;
 *   <li>deliver a step of a key before the one that comes before it.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class Ledger {
    private static final int ENOUGH_VIOLATIONS = 20;

    private final Set<Copy> accepted = new HashSet<>();
    private final Set<Copy> delivered = new HashSet<>();
    private final Set<Copy> settled = new HashSet<>();
    private final Map<String, Integer> lastStep = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long deliveries;

    /** The broker said {@code accepted}. */
    synchronized void accepted(Copy copy) {
        accepted.add(copy);
    }

    /** A consumer got it, and has not yet settled it. */
    synchronized void delivered(Copy copy) {
        deliveries++;
        delivered.add(copy);
        if (settled.contains(copy)) {
            violated(copy + " came back although its settlement is on disk");
        }
        int last = lastStep.getOrDefault(copy.key(), -1);
        if (copy.step() > last + 1) {
            violated("%s came after step %d of its key".formatted(copy, last));
        }
        lastStep.put(copy.key(), Math.max(last, copy.step()));
    }

    /** The broker has confirmed something that it was told after these settlements. */
    synchronized void settled(List<Copy> copies) {
        settled.addAll(copies);
    }

    synchronized long acceptedCount() {
        return accepted.size();
    }

    /** Copies accepted and not yet delivered, about. */
    synchronized long backlog() {
        return accepted.size() - delivered.size();
    }

    synchronized long deliveries() {
        return deliveries;
    }

    /** Copies that were accepted and that no consumer has got. */
    synchronized Set<Copy> missing() {
        var missing = new HashSet<>(accepted);
        missing.removeAll(delivered);
        return missing;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized String summary() {
        return "%d accepted, %d deliveries of %d copies, %d settlements known to be on disk, %d yet to be delivered, %d violations"
                .formatted(
                        accepted.size(),
                        deliveries,
                        delivered.size(),
                        settled.size(),
                        missing().size(),
                        violations.size());
    }

    private void violated(String what) {
        if (violations.size() < ENOUGH_VIOLATIONS) {
            violations.add(what);
        }
    }
}

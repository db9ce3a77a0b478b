package dev.millrace.stack.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The mails that arrived, in memory, newest first. Bounded: when it is full the oldest mail goes, as a mailbox that
 * nobody empties must not take the machine with it. Thread-safe.
 */
public final class Mailbox {
    /** How many mails are kept. */
    public static final int CAPACITY = 5_000;

    private final int capacity;
    private final Deque<CapturedMail> newestFirst = new ArrayDeque<>();
    private long dropped;

    /** An empty one of {@link #CAPACITY}. */
    public Mailbox() {
        this(CAPACITY);
    }

    Mailbox(int capacity) {
        this.capacity = capacity;
    }

    synchronized void add(CapturedMail mail) {
        if (newestFirst.size() == capacity) {
            newestFirst.removeLast();
            dropped++;
        }
        newestFirst.addFirst(mail);
    }

    /** All of them, newest first. */
    public synchronized List<CapturedMail> mails() {
        return new ArrayList<>(newestFirst);
    }

    /** Those that the query finds, newest first. */
    public List<CapturedMail> search(MailQuery query) {
        return mails().stream().filter(query::matches).toList();
    }

    /** Those to this address, newest first. */
    public List<CapturedMail> to(String address) {
        return search(MailQuery.to(address));
    }

    /** The mail with this id. */
    public synchronized Optional<CapturedMail> find(String id) {
        return newestFirst.stream().filter(mail -> mail.id().equals(id)).findFirst();
    }

    /** How many mails were pushed out because the box was full. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Deletes all. */
    public synchronized void clear() {
        newestFirst.clear();
    }

    /** Deletes these; unknown ids do not matter. */
    public synchronized void delete(Collection<String> ids) {
        newestFirst.removeIf(mail -> ids.contains(mail.id()));
    }
}

package dev.millrace.e2e.torture;

/**
 * One message as it was sent once. A publisher that got no answer sends the same step again, which makes another copy:
 * the broker may have kept the first.
 *
 * @param key ordering key
 * @param step place in the order of its key, from 0
 * @param copy 0 for the first
 */
record Copy(String key, int step, int copy) {

    static Copy parse(String messageId) {
        String[] parts = messageId.split("/");
        return new Copy(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    Copy again() {
        return new Copy(key, step, copy + 1);
    }

    @Override
    public String toString() {
        return key + "/" + step + "/" + copy;
    }
}

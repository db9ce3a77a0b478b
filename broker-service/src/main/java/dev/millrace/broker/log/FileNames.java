package dev.millrace.broker.log;

/**
 * Names of the files in a log's directory. A position in a name is written in 16 hexadecimal digits, so that names sort
 * like positions.
 */
final class FileNames {

    static final String SEGMENT_SUFFIX = ".log";
    static final String SNAPSHOT_SUFFIX = ".snapshot";

    /** A file that is being made, or waits to be used again. It holds nothing; recovery deletes it. */
    private static final String UNNAMED_PREFIX = "unnamed-";

    private FileNames() {}

    static String segment(long base) {
        return "%016x%s".formatted(base, SEGMENT_SUFFIX);
    }

    static String snapshot(long position) {
        return "%016x%s".formatted(position, SNAPSHOT_SUFFIX);
    }

    static String unnamed(String name) {
        return UNNAMED_PREFIX + name;
    }

    static boolean isUnnamed(String name) {
        return name.startsWith(UNNAMED_PREFIX);
    }

    /** Whether a file of this name is one of the log's. */
    static boolean isKnown(String name) {
        return isUnnamed(name) || name.endsWith(SEGMENT_SUFFIX) || name.endsWith(SNAPSHOT_SUFFIX);
    }
}

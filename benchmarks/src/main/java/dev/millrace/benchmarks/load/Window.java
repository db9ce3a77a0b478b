package dev.millrace.benchmarks.load;

/**
 * One publisher's view of the bound on messages that are published and not yet consumed. It takes its share in portions,
 * since adding up what all clients counted is too much to do for every message. For one thread.
 */
final class Window {
    private static final int LARGEST_PORTION = 256;

    private final Meter meter;
    private final Workload workload;
    private long portion;

    Window(Meter meter, Workload workload) {
        this.meter = meter;
        this.workload = workload;
    }

    /** Takes the right to publish one message; false if consumers have to catch up first. */
    boolean take() {
        if (portion == 0) {
            long room = meter.room(workload.window(), workload.copies());
            if (room <= 0) {
                return false;
            }
            portion = Math.clamp(room / workload.publishers(), 1, LARGEST_PORTION);
        }
        portion--;
        return true;
    }
}

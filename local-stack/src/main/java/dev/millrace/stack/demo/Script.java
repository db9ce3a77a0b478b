package dev.millrace.stack.demo;

/** What happens in one demonstration, once. */
interface Script {

    /** Makes it for a system, with somebody to tell it to. */
    @FunctionalInterface
    interface Factory {
        Script of(DemoSystem system, Story story);
    }

    /**
     * Breaks, shows, recovers and checks.
     *
     * @throws DemoFailure if it cannot go on
     */
    void run() throws InterruptedException;
}

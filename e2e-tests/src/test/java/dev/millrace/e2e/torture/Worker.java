package dev.millrace.e2e.torture;

/** Works with the broker in a thread of its own, across its crashes. */
interface Worker extends Runnable {

    /** Tells it to end soon, its work done or not; it must not wait for a broker that is gone. */
    void stop();
}

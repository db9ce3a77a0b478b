package dev.millrace.stack;

import java.time.Duration;

/** Hears what happens to the parts; called from several threads, must not block. */
public interface StackListener {
    /** Hears nothing. */
    StackListener SILENT = new StackListener() {};

    /** A killed stack had left this process behind; it is gone now. */
    default void leftoverEnded(String name) {}

    /** It is being started. */
    default void starting(Part part) {}

    /** It is ready, this long after it was started. */
    default void ready(Part part, Duration after) {}

    /** It ended though nobody asked it to, and is started again after the pause. */
    default void restarting(Part part, int exitCode, Duration pause) {}

    /** All parts are being stopped. */
    default void stopping() {}

    /** None of them runs any more. */
    default void stopped() {}
}

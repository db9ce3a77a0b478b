package dev.millrace.relay;

import dev.millrace.relay.capture.SourceSettings;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * One thread per source for what is done beside the stream, while this relay holds the slot and is not paused: sending
 * what was held, replayed or left out, and finding what was left out. Its failures are repeated at the next look.
 */
final class BesideTheStream {
    private static final Logger LOG = Logger.getLogger(BesideTheStream.class);
    private static final long LOOK_MILLIS = 200;

    private final SourceSettings settings;
    private final Resender resender;
    private final Reconciler reconciler;
    private final SourceStatus status;
    private final Thread thread;
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private volatile boolean streaming;

    BesideTheStream(SourceSettings settings, Resender resender, Reconciler reconciler, SourceStatus status) {
        this.settings = settings;
        this.resender = resender;
        this.reconciler = reconciler;
        this.status = status;
        this.thread =
                Thread.ofPlatform().name("beside-" + settings.name()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Ends it, in the middle of a batch too: what was not accepted stays queued. */
    void stop(long limitMillis) throws InterruptedException {
        stopSignal.countDown();
        thread.interrupt();
        thread.join(limitMillis);
    }

    void streaming(boolean now) {
        streaming = now;
    }

    private void run() {
        long nextReconciliation = System.nanoTime();
        try {
            while (!stopSignal.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!streaming || status.state() == RelayState.PAUSED) {
                    continue;
                }
                try {
                    while (streaming && resender.look()) {
                        LOG.debugf("%s: more to send", settings.name());
                    }
                    if (System.nanoTime() >= nextReconciliation) {
                        nextReconciliation =
                                System.nanoTime() + settings.reconcileInterval().toNanos();
                        reconciler.look();
                    }
                } catch (SQLException e) {
                    // The capture meets the same database and says so.
                    LOG.debugf("%s: %s", settings.name(), e.getMessage());
                } catch (RuntimeException e) {
                    LOG.errorf(e, "%s: sending beside the stream failed, it is tried again", settings.name());
                    status.note(e.toString());
                }
            }
        } catch (InterruptedException e) {
            LOG.debugf("%s: stopped while sending", settings.name());
        }
    }
}

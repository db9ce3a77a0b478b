package dev.millrace.broker.amqp;

import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Watches over the silence of one connection (AMQP 1.0, part 2, section 2.4.5): ends it when the peer is silent for too
 * long, and gives a sign of life before we are. Lives on the event loop.
 */
final class IdleWatch {

    /** What to do about silence. */
    interface Actions {

        /** Bytes received so far. */
        long received();

        /** Bytes sent so far. */
        long sent();

        void peerIsSilent();

        void giveSignOfLife();
    }

    /** The shortest time-out of a peer that is kept, in milliseconds. */
    static final int SHORTEST_MILLIS = 20;

    private final EventLoop eventLoop;
    private final Actions actions;
    private ScheduledFuture<?> forPeer;
    private ScheduledFuture<?> forUs;
    private long receivedBefore = -1;
    private long sentBefore = -1;

    IdleWatch(EventLoop eventLoop, Actions actions) {
        this.eventLoop = eventLoop;
        this.actions = actions;
    }

    /**
     * Starts watching.
     *
     * @param peersSilenceMillis how long the peer may be silent; 0 for ever
     * @param ourSilenceMillis how long the peer lets us be silent; 0 for ever
     */
    void start(long peersSilenceMillis, long ourSilenceMillis) {
        if (peersSilenceMillis > 0) {
            // Looked at twice in the time: silence is noticed after one to one and a half of it.
            long period = Math.max(1, peersSilenceMillis / 2);
            receivedBefore = actions.received();
            forPeer = eventLoop.scheduleAtFixedRate(new SilenceOfPeer(), period, period, TimeUnit.MILLISECONDS);
        }
        if (ourSilenceMillis > 0) {
            long period = Math.max(SHORTEST_MILLIS, ourSilenceMillis) / 2;
            forUs = eventLoop.scheduleAtFixedRate(this::checkOurs, period / 2, period / 2, TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (forPeer != null) {
            forPeer.cancel(false);
        }
        if (forUs != null) {
            forUs.cancel(false);
        }
    }

    private void checkOurs() {
        long sent = actions.sent();
        if (sent == sentBefore) {
            actions.giveSignOfLife();
        }
        sentBefore = actions.sent();
    }

    private final class SilenceOfPeer implements Runnable {

        private int silentPeriods;

        @Override
        public void run() {
            long received = actions.received();
            silentPeriods = received == receivedBefore ? silentPeriods + 1 : 0;
            receivedBefore = received;
            if (silentPeriods == 2) {
                actions.peerIsSilent();
            }
        }
    }
}

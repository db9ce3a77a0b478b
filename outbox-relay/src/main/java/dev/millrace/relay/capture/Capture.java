package dev.millrace.relay.capture;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.source.SourceRecord;
import org.jboss.logging.Logger;

/** One run of Debezium's engine on one source, from its start until it fails or is stopped. */
public final class Capture {
    private static final Logger LOG = Logger.getLogger(Capture.class);

    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final BatchHandler handler;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;

    /**
     * Prepares a run.
     *
     * @param start where to go on
     * @param onStreaming called once when the capture has been set up
     */
    public Capture(
            SourceSettings source,
            Position start,
            SourceDatabase database,
            LagCounter lag,
            BatchSink sink,
            Runnable onStreaming) {
        handler = new BatchHandler(source, start, database::save, lag, sink);
        engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(EngineProperties.of(source, start.lsn()))
                .using(Capture.class.getClassLoader())
                .using(OffsetCommitPolicy.always())
                .using((success, message, error) -> failure.compareAndSet(null, error))
                .using(new DebeziumEngine.ConnectorCallback() {
                    @Override
                    public void pollingStarted() {
                        onStreaming.run();
                    }
                })
                .notifying(handler)
                .build();
    }

    /**
     * Runs in the caller's thread until {@link #stop} or a failure.
     *
     * @throws CaptureFailedException if it was not stopped but failed
     */
    public void run() throws CaptureFailedException {
        try {
            engine.run();
        } finally {
            ended.countDown();
        }
        Throwable error = failure.get();
        if (error != null && !stopping) {
            throw new CaptureFailedException(error);
        }
    }

    /** Stores the position behind the last batch; to be called before {@link #stop}, while no batch is under way. */
    public void storePosition() {
        try {
            handler.close();
        } catch (PositionNotStoredException e) {
            LOG.debugf("the next start sends some rows again: %s", e.getMessage());
        }
    }

    /**
     * Stops the run from another thread and waits for its end. A batch under way is interrupted.
     *
     * @return false if it had not ended within the limit
     */
    public boolean stop(long limitMillis) throws InterruptedException {
        stopping = true;
        long deadline = System.nanoTime() + limitMillis * 1_000_000;
        do {
            try {
                engine.close();
            } catch (IllegalStateException e) {
                // While it starts it cannot be closed, and when it is closing already it need not.
                LOG.debugf("not closed: %s", e.getMessage());
            } catch (IOException e) {
                LOG.warnf(e, "the capture did not close cleanly");
            }
            if (ended.await(50, TimeUnit.MILLISECONDS)) {
                return true;
            }
        } while (System.nanoTime() < deadline);
        return false;
    }
}

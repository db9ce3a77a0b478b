package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.StolenTime;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.Peer;
import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** One round of one broker in a closed loop: publishers send as fast as they get answers. */
final class Round {
    /** The first moments of a round fill buffers and windows; they are left out. */
    static final Duration RAMP = Duration.ofSeconds(2);

    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration PROGRESS_CHECK = Duration.ofMillis(20);
    private static final int DRAIN_CONSUMERS = 2;

    private final Peer peer;
    private final Workload workload;
    private final Meter meter = new Meter();
    private Histogram acknowledgementLatencies = Latencies.none();

    Round(Peer peer, Workload workload) {
        this.peer = peer;
        this.workload = workload;
    }

    /** Counters of the broker, its process and ours at one time. */
    private record Snapshot(
            Meter.Reading meter, double syncs, Duration brokerTime, Duration clientTime, StolenTime stolen) {}

    /** Measures for this long, and leaves the broker empty. */
    Sample run(Duration length) throws InterruptedException {
        Sample sample;
        try (Traffic traffic = peer.connect(workload, meter)) {
            traffic.publish();
            Thread.sleep(RAMP);
            meter.forgetLatencies();
            Snapshot before = snapshot();
            Thread.sleep(length);
            Snapshot after = snapshot();
            acknowledgementLatencies = meter.acknowledgementLatencies();
            traffic.pause();
            requireNothingRefused(peer, meter);
            sample = sample(before, after);
            if (workload.consumers() > 0) {
                awaitDelivered(meter, meter.read().acknowledged() * workload.copies());
            }
        }
        if (workload.consumers() == 0 && peer.isSlowedByBacklog()) {
            drain(meter.read().acknowledged());
        }
        settleDisk();
        return sample;
    }

    /** Times to the acknowledgement in ns during the measured part. */
    Histogram acknowledgementLatencies() {
        return acknowledgementLatencies;
    }

    /** Takes out what was published, unmeasured. */
    private void drain(long messages) throws InterruptedException {
        var drained = new Meter();
        try (Traffic traffic = peer.connect(workload.withClients(0, DRAIN_CONSUMERS), drained)) {
            awaitDelivered(drained, messages);
        }
    }

    /** Fails if the broker refused messages: what it did with the others would be no fair number. */
    static void requireNothingRefused(Peer peer, Meter meter) {
        if (meter.refused() > 0) {
            throw new MeasurementFailure(
                    "%s did not take %d messages (%s).".formatted(peer.name(), meter.refused(), meter.firstRefusal()),
                    null);
        }
    }

    /** Waits until consumers have so many; gives up when they get nothing more. */
    static void awaitDelivered(Meter meter, long messages) throws InterruptedException {
        long last = -1;
        long lastProgress = System.nanoTime();
        while (true) {
            long delivered = meter.read().delivered();
            if (delivered >= messages) {
                return;
            }
            if (delivered != last) {
                last = delivered;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > STALL_LIMIT.toNanos()) {
                throw new MeasurementFailure(
                        "%,d of %,d messages were never delivered.".formatted(messages - delivered, messages), null);
            }
            Thread.sleep(PROGRESS_CHECK);
        }
    }

    /** Lets what a broker wrote without a sync not fall into the next one's round. */
    static void settleDisk() throws InterruptedException {
        try {
            new ProcessBuilder("sync").start().waitFor();
        } catch (IOException noSuchCommand) {
            // then the rounds are a little noisier
        }
    }

    private Snapshot snapshot() {
        double syncs = peer.syncs().orElse(Double.NaN);
        return new Snapshot(
                meter.read(),
                syncs,
                processorTime(peer.pid()),
                processorTime(ProcessHandle.current().pid()),
                StolenTime.now());
    }

    private static Duration processorTime(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private Sample sample(Snapshot before, Snapshot after) {
        double acknowledged = after.meter.acknowledged() - before.meter.acknowledged();
        return new Sample(
                after.meter.acknowledgedPerSecond(before.meter),
                after.meter.deliveredPerSecond(before.meter),
                (after.syncs - before.syncs) / acknowledged,
                micros(before.brokerTime, after.brokerTime) / acknowledged,
                micros(before.clientTime, after.clientTime) / acknowledged,
                after.stolen.percentSince(before.stolen));
    }

    private static double micros(Duration before, Duration after) {
        return after.minus(before).toNanos() / 1e3;
    }
}

package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.OpenLoop;
import dev.millrace.benchmarks.Schedule;
import dev.millrace.benchmarks.StolenTime;
import dev.millrace.benchmarks.load.AmqpTraffic;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Port;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures one reader of one outbox; with none, what the writing alone costs. One after the other, by one thread. */
final class OutboxMeasurement implements AutoCloseable {
    private static final int CREDIT = 4_000;
    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration INSERT_LIMIT = Duration.ofSeconds(30);

    private final LocalStack stack;
    private final OutboxTable table;
    private final OutboxReader reader;
    private final Meter meter = new Meter();
    private final Traffic consumer;
    private volatile EventTimes times = new EventTimes(0, 0);
    private int next;

    /** @param reader started already; null for none */
    OutboxMeasurement(LocalStack stack, OutboxTable table, OutboxReader reader) {
        this.stack = stack;
        this.table = table;
        this.reader = reader;
        this.consumer = AmqpTraffic.connect(
                "127.0.0.1",
                stack.port(Port.BROKER_AMQP),
                Workload.queue(table.destination(), 0, 1, Workload.MIN_MESSAGE_BYTES, CREDIT),
                meter,
                payload -> times.delivered(payload));
    }

    /** Inserts on schedule and waits until all of it is delivered. */
    OutboxRun paced(double perSecond, Duration duration) throws InterruptedException {
        var schedule = new Schedule(perSecond, duration);
        int first = next;
        next += schedule.count();
        times = new EventTimes(first, schedule.count());
        var number = new AtomicInteger(first);
        return measured(schedule.count(), () -> new OpenLoop(schedule)
                .run(intended -> insert(number.getAndIncrement(), intended), INSERT_LIMIT.toNanos()));
    }

    private void insert(int number, long intended) {
        try {
            times.intended(number, intended);
            table.insert(number);
            times.committed(number, System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fills the outbox while the reader is paused, and measures how it is emptied. */
    OutboxRun backlog(int events) throws InterruptedException {
        reader.pause();
        table.fill(next, events);
        next += events;
        times = new EventTimes(0, 0);
        return measured(events, reader::resume);
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private OutboxRun measured(int events, Step step) throws InterruptedException {
        long expected = meter.read().delivered() + events;
        DatabaseLoad before = DatabaseLoad.of(stack);
        long readerBefore = readerNanos();
        StolenTime stolenBefore = StolenTime.now();
        long start = System.nanoTime();
        step.run();
        long first = start;
        if (reader != null) {
            awaitDelivered(expected - events + 1);
            first = System.nanoTime();
            awaitDelivered(expected);
        }
        long nanos = System.nanoTime() - start;
        long readerAfter = readerNanos();
        DatabaseLoad database = DatabaseLoad.of(stack).since(before);
        return new OutboxRun(
                events,
                nanos / 1e9,
                (first - start) / 1e9,
                database,
                readerAfter - readerBefore,
                StolenTime.now().percentSince(stolenBefore),
                times.fromIntended(),
                times.fromCommit());
    }

    private long readerNanos() {
        return reader == null ? 0 : DatabaseLoad.processorNanos(reader.pid());
    }

    private void awaitDelivered(long expected) throws InterruptedException {
        long last = -1;
        long lastProgress = System.nanoTime();
        while (true) {
            long delivered = meter.read().delivered();
            if (delivered >= expected) {
                return;
            }
            if (delivered != last) {
                last = delivered;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > STALL_LIMIT.toNanos()) {
                throw new MeasurementFailure(
                        "%s: %,d events were never delivered.".formatted(reader.name(), expected - delivered), null);
            }
            Thread.sleep(LOOK);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

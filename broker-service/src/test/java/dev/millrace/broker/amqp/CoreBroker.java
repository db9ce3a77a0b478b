package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Broker;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Effect;
import dev.millrace.broker.core.MessageContent;
import dev.millrace.broker.core.MessageEditor;
import dev.millrace.broker.core.MessageStore;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.TopicSettings;
import dev.millrace.broker.engine.CommandSink;
import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.LogSettings;
import dev.millrace.broker.log.SimulatedStorage;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * The core and its log over a simulated disk, executing when it is told to. What the core throws comes out of
 * {@link #run}: in the engine it would be the end of the process.
 */
final class CoreBroker implements CommandSink {

    private static final LogSettings LOG_SETTINGS = new LogSettings(1 << 16, 512, 1 << 14, 0, Runnable::run, () -> {
        throw new IllegalStateException("the disk is full");
    });
    private static final QueueSettings SETTINGS =
            new QueueSettings(8, 2, new QueueSettings.Backoff(10, 1.0, 10, 0), 1_000);

    private final CreditWitness witness = new CreditWitness();
    private final Queue<Command> submitted = new ArrayDeque<>();
    private final Broker broker = new Broker(
            true, new SplittableRandom(1), new MessageContent(new MessageFilters(), MessageEditor.Compiler.NONE));
    private final CommitLog log = CommitLog.open(new SimulatedStorage(), LOG_SETTINGS, 0, broker.recovery());
    private long now = System.currentTimeMillis();

    CoreBroker() {
        broker.open(new MessageStore(log), 0);
        submit(new Command.Declare(
                Map.of("emails", SETTINGS),
                Map.of("orders", new TopicSettings(RetentionSettings.DEFAULT, Map.of("inventory", SETTINGS))),
                new CompletableFuture<>()));
        run();
    }

    @Override
    public void submit(Command command) {
        witness.see(command);
        submitted.add(command);
    }

    /** Executes what was submitted and releases its effects; answers whether there was anything. */
    boolean run() {
        if (submitted.isEmpty()) {
            return false;
        }
        for (Command command = submitted.poll(); command != null; command = submitted.poll()) {
            broker.execute(command, now);
        }
        log.flush();
        log.sync();
        for (Effect effect : broker.takeEffects()) {
            witness.see(effect);
            effect.release();
        }
        return true;
    }

    void pass(long millis) {
        now += millis;
        submit(new Command.Tick());
    }
}

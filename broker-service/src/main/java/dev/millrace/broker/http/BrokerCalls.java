package dev.millrace.broker.http;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.engine.CommandSink;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Asks the core, and waits for its answer no longer than a caller should. Thread-safe. */
@ApplicationScoped
public class BrokerCalls {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final CommandSink commands;
    private final Duration patience;

    @Inject
    BrokerCalls(CommandSink commands) {
        this(commands, PATIENCE);
    }

    BrokerCalls(CommandSink commands, Duration patience) {
        this.commands = commands;
        this.patience = patience;
    }

    /** The state of all destinations; fails with a {@link BrokerBusyException} if the core does not answer in time. */
    CompletionStage<List<DestinationView>> describe() {
        return ask(Command.Describe::new, patience);
    }

    /**
     * The core's answer; fails with a {@link dev.millrace.broker.core.RefusedException} or a
     * {@link BrokerBusyException}.
     */
    <T> CompletionStage<T> ask(AdminRequest<T> request) {
        return ask(request, patience);
    }

    /** The core's answer to something that may take it longer. */
    <T> CompletionStage<T> ask(AdminRequest<T> request, Duration longer) {
        return ask(answer -> new Command.Administer<>(request, answer), longer);
    }

    private <T> CompletionStage<T> ask(Function<CompletableFuture<T>, Command> command, Duration patience) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        commands.submit(command.apply(answer));
        return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> failed(failure, patience));
    }

    private static <T> T failed(Throwable failure, Duration patience) {
        if (failure instanceof TimeoutException) {
            throw new BrokerBusyException("no answer within " + patience.toMillis() / 1_000.0 + " s");
        }
        if (failure instanceof RuntimeException refusal) {
            throw refusal;
        }
        throw new CompletionException(failure);
    }
}

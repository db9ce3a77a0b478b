package dev.millrace.e2e.clients;

import dev.millrace.e2e.system.AmqpEndpoint;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The client libraries of the matrix. */
enum ClientKind {
    /** vertx-proton, which the Vert.x AMQP client and SmallRye's connector are built on. */
    VERTX,
    /** Qpid JMS. */
    JMS,
    /** rhea, for Node.js. */
    RHEA,
    /** Qpid Proton, for Python. */
    PROTON;

    private static final Set<ClientKind> LEFT_OUT = ConcurrentHashMap.newKeySet();

    /**
     * Connects.
     *
     * @throws org.opentest4j.TestAbortedException if the client is not on this machine, except with {@code CI=true},
     *     where this is a failure
     */
    Client connect(AmqpEndpoint broker) {
        return switch (this) {
            case VERTX -> new VertxClient(broker);
            case JMS -> new JmsClient(broker);
            case RHEA -> {
                require(Rhea.whatIsMissing());
                yield new ScriptClient(Rhea.process(), broker);
            }
            case PROTON -> {
                require(Proton.whatIsMissing());
                yield new ScriptClient(Proton.process(), broker);
            }
        };
    }

    /** Whether its users can use transactions. */
    boolean hasTransactions() {
        return this == JMS || this == PROTON;
    }

    private void require(Optional<String> missing) {
        missing.ifPresent(what -> {
            String message = name() + " is left out of the client matrix: " + what;
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                Assertions.fail(message);
            }
            if (LEFT_OUT.add(this)) {
                System.out.println("SKIPPED: " + message);
            }
            Assumptions.abort(message);
        });
    }
}

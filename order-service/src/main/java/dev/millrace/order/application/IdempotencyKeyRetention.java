package dev.millrace.order.application;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Forgets idempotency keys that no client can be retrying any more. The orders stay. */
@ApplicationScoped
class IdempotencyKeyRetention {

    /** Deleted in one transaction at most, so that none is long. */
    static final int BATCH = 1_000;

    private static final Logger LOG = Logger.getLogger(IdempotencyKeyRetention.class);

    // SKIP LOCKED: of a key that is being claimed, or that another instance is deleting, this one keeps away.
    private static final String DELETE = """
            delete from idempotency_key where key in (
                select key from idempotency_key where created_at < ?1 limit ?2 for update skip locked)
            """;

    private final EntityManager entities;
    private final Duration retention;

    IdempotencyKeyRetention(EntityManager entities, OrderSettings settings) {
        this.entities = entities;
        this.retention = settings.idempotencyKeyRetention();
    }

    @Scheduled(
            identity = "idempotency-keys",
            every = "1h",
            delayed = "3m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        LOG.debugf("%d idempotency keys forgotten", forget(Instant.now()));
    }

    /** Deletes what is past its time as of that moment, and returns how many keys that were. */
    int forget(Instant now) {
        int all = 0;
        int deleted;
        do {
            deleted = QuarkusTransaction.requiringNew().call(() -> entities.createNativeQuery(DELETE)
                    .setParameter(1, now.minus(retention))
                    .setParameter(2, BATCH)
                    .executeUpdate());
            all += deleted;
        } while (deleted == BATCH);
        return all;
    }
}

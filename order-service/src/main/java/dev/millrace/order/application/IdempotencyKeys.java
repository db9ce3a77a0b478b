package dev.millrace.order.application;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Which order each client's key has made. */
@ApplicationScoped
class IdempotencyKeys {

    private final EntityManager entities;
    private final ObjectMapper json;

    IdempotencyKeys(EntityManager entities, ObjectMapper json) {
        this.entities = entities;
        this.json = json;
    }

    /**
     * Claims the key for a new order in the caller's transaction. Of two requests at the same moment the second waits
     * here until the first is committed (and gets its order) or rolled back (and claims the key itself).
     *
     * @return the order that this key has made before; empty: the key is now the caller's
     * @throws IdempotencyKeyReusedException if it was for another request
     */
    Optional<UUID> claim(String key, PlaceOrderCommand request, UUID newOrder) {
        byte[] digest = digest(request);
        int claimed = entities.createNativeQuery(
                        "insert into idempotency_key (key, request_digest, order_id) values (?1, ?2, ?3)"
                                + " on conflict do nothing")
                .setParameter(1, key)
                .setParameter(2, digest)
                .setParameter(3, newOrder)
                .executeUpdate();
        return claimed == 1 ? Optional.empty() : Optional.of(existing(key, digest));
    }

    private UUID existing(String key, byte[] digest) {
        var row = (Object[])
                entities.createNativeQuery("select request_digest, order_id from idempotency_key where key = ?1")
                        .setParameter(1, key)
                        .getSingleResult();
        if (!Arrays.equals((byte[]) row[0], digest)) {
            throw new IdempotencyKeyReusedException(key);
        }
        return (UUID) row[1];
    }

    /** Of what was understood, not of the bytes: white space and the order of fields make no other request. */
    private byte[] digest(PlaceOrderCommand request) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(request));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a request of strings and numbers has no digest", e);
        }
    }
}

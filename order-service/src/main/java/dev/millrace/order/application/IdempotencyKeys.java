package dev.millrace.order.application;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Which order each client's key has made. */
@ApplicationScoped
class IdempotencyKeys {

    private static final String INSERT =
            "insert into idempotency_key (key, request_digest, order_id) values (?, ?, ?) on conflict do nothing";

    private final DataSource dataSource;
    private final EntityManager entities;
    private final ObjectMapper json;

    IdempotencyKeys(DataSource dataSource, EntityManager entities, ObjectMapper json) {
        this.dataSource = dataSource;
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
        return insert(key, digest, newOrder) ? Optional.empty() : Optional.of(existing(key, digest));
    }

    private boolean insert(String key, byte[] digest, UUID order) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, key);
            insert.setBytes(2, digest);
            insert.setObject(3, order);
            return insert.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new IllegalStateException("the key cannot be claimed: " + e.getMessage(), e);
        }
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

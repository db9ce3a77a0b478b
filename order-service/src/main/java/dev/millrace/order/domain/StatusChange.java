package dev.millrace.order.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A status that an order has had, and since when. Never changed once written. */
@Entity
@Table(name = "order_status_change")
public class StatusChange {

    /** Which change of which order. */
    @Embeddable
    public record Id(
            @Column(name = "order_id") UUID orderId,
            @Column(name = "revision") int revision) {}

    @EmbeddedId
    private Id id;

    @Enumerated(EnumType.STRING)
    private OrderStatus status;

    private String reason;

    @Column(name = "changed_at")
    private Instant changedAt;

    /** For JPA. */
    protected StatusChange() {}

    /** One that is known already; a new one comes from {@link Order#lastChange()}. */
    public StatusChange(UUID orderId, int revision, OrderStatus status, String reason, Instant changedAt) {
        this.id = new Id(orderId, revision);
        this.status = status;
        this.reason = reason;
        this.changedAt = changedAt;
    }

    public UUID orderId() {
        return id.orderId();
    }

    /** 0 for the placing, then one more with every change. */
    public int revision() {
        return id.revision();
    }

    public OrderStatus status() {
        return status;
    }

    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    public Instant changedAt() {
        return changedAt;
    }
}

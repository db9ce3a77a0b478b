package dev.millrace.order.domain;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An order. Invariant: its status changes only as {@link OrderStatus} allows, and every change raises the revision by
 * one; everything else is fixed when it is placed. Not thread-safe: whoever changes one holds its row lock.
 */
@Entity
@Table(name = "orders")
public class Order {

    /** {@link #reason()} of an order that its customer cancelled. */
    public static final String CUSTOMER_REQUEST = "CUSTOMER_REQUEST";

    /** {@link #reason()} of an order that stayed pending for too long. */
    public static final String TIMED_OUT = "TIMED_OUT";

    public static final int MAX_LINES = 100;

    @Id
    private UUID id;

    @Enumerated(EnumType.STRING)
    private OrderStatus status;

    private int revision;

    private String reason;

    @Embedded
    private Customer customer;

    @ElementCollection
    @CollectionTable(name = "order_line", joinColumns = @JoinColumn(name = "order_id"))
    @OrderColumn(name = "line_no")
    private List<OrderLine> lines = new ArrayList<>();

    private BigDecimal total;

    private String currency;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For JPA. */
    protected Order() {}

    private Order(UUID id, Customer customer, List<OrderLine> lines, String currency, Instant at) {
        this.id = id;
        this.status = OrderStatus.PENDING;
        this.customer = customer;
        this.lines.addAll(lines);
        this.total = lines.stream().map(OrderLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        this.currency = currency;
        this.createdAt = at;
        this.updatedAt = at;
    }

    /**
     * A new, pending order.
     *
     * @param lines 1 to {@value #MAX_LINES}, priced in the currency
     */
    public static Order place(UUID id, Customer customer, List<OrderLine> lines, String currency, Instant at) {
        if (lines.isEmpty() || lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("an order has 1 to " + MAX_LINES + " lines, not " + lines.size());
        }
        return new Order(id, customer, lines, currency, at);
    }

    /** All lines are reserved. Returns whether that changed the order. */
    public boolean confirm(Instant at) {
        return transition(OrderStatus.CONFIRMED, null, at);
    }

    /** The stock does not suffice. Returns whether that changed the order. */
    public boolean reject(String because, Instant at) {
        return transition(OrderStatus.REJECTED, because, at);
    }

    /** The customer does not want it any more. Returns whether that changed the order. */
    public boolean cancel(Instant at) {
        return transition(OrderStatus.CANCELLED, CUSTOMER_REQUEST, at);
    }

    /** It waited for its stock long enough. Only a pending order times out. Returns whether that changed the order. */
    public boolean timeOut(Instant at) {
        return status == OrderStatus.PENDING && transition(OrderStatus.CANCELLED, TIMED_OUT, at);
    }

    private boolean transition(OrderStatus next, String because, Instant at) {
        if (!status.canBecome(next)) {
            return false;
        }
        status = next;
        reason = because;
        revision++;
        updatedAt = at;
        return true;
    }

    /** The change that led to the present status; for a new order, its placing. */
    public StatusChange lastChange() {
        return new StatusChange(id, revision, status, reason, updatedAt);
    }

    public UUID id() {
        return id;
    }

    public OrderStatus status() {
        return status;
    }

    /** How many times the status has changed; 0 for a new order. */
    public int revision() {
        return revision;
    }

    /** Why it was rejected or cancelled, in capitals, e.g. {@code OUT_OF_STOCK}. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    public Customer customer() {
        return customer;
    }

    public List<OrderLine> lines() {
        return List.copyOf(lines);
    }

    /** Sum of the lines, in {@link #currency()}. */
    public BigDecimal total() {
        return total;
    }

    /** ISO 4217 code. */
    public String currency() {
        return currency;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** When the status last changed. */
    public Instant updatedAt() {
        return updatedAt;
    }
}

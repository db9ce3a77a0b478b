package dev.millrace.order.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * Who ordered.
 *
 * @param name for the salutation
 * @param email where notifications go
 */
@Embeddable
public record Customer(
        @Column(name = "customer_name") String name,
        @Column(name = "customer_email") String email) {}

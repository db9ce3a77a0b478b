package dev.millrace.notification.domain;

/**
 * How far a notification's e-mail has come.
 *
 * <pre>
 *   PENDING --mail server took it------------> SENT
 *   PENDING --mail server refused it for ever-> FAILED
 *   FAILED  --job replayed, server took it---> SENT
 * </pre>
 *
 * SENT is final: a repeated job sends nothing. FAILED is not, so that a job that people have repaired and replayed from
 * the dead letters can still succeed.
 */
public enum NotificationStatus {
    PENDING,
    SENT,
    FAILED
}

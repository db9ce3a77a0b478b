package dev.millrace.notification.application;

import dev.millrace.messaging.EventIds;
import dev.millrace.messaging.Outbox;
import dev.millrace.messaging.OutboxEvent;
import dev.millrace.notification.domain.Email;
import dev.millrace.notification.domain.Notification;
import dev.millrace.notification.domain.OrderOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Notes what customers are to be told, and shows it. */
@ApplicationScoped
public class Notifications {

    private static final String EMAILS = "emails";

    private final NotificationStore notifications;
    private final NotificationRows rows;
    private final Outbox outbox;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    Notifications(NotificationStore notifications, NotificationRows rows, Outbox outbox, MeterRegistry meters) {
        this.notifications = notifications;
        this.rows = rows;
        this.outbox = outbox;
        this.meters = meters;
    }

    /** Those of one order, oldest first. */
    @Transactional
    public List<Notification> ofOrder(UUID orderId) {
        return notifications.listByOrder(orderId);
    }

    /** The newest of all, newest first. */
    @Transactional
    public List<Notification> newest(int limit) {
        return notifications.listNewest(limit);
    }

    /**
     * Notes that a customer is to be told, and publishes the job of sending the e-mail, in the caller's transaction. A
     * second notification of the same kind about the same order is not made.
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void request(OrderOutcome order) {
        var email = Email.about(order);
        var notification = new Notification(EventIds.next(), order, email.subject(), clock.instant());
        if (!rows.insertIfAbsent(notification)) {
            meters.counter("notification.repeated", "kind", order.kind().name()).increment();
            return;
        }
        var job = new EmailJob(
                notification.id(), order.orderId(), order.kind(), order.recipient(), email.subject(), email.text());
        // The key is the notification's own id: e-mails need no order among themselves, so all workers can work at
        // once.
        outbox.publish(OutboxEvent.of(EMAILS, EmailJob.TYPE, notification.id().toString(), job)
                .priority(order.kind().priority()));
    }
}

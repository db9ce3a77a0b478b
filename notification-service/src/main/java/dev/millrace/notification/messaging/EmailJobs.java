package dev.millrace.notification.messaging;

import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import dev.millrace.messaging.TraceContext;
import dev.millrace.notification.application.EmailDispatch;
import dev.millrace.notification.application.EmailJob;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** One of the many workers of the queue {@code emails}; all instances of this service share it. */
@ApplicationScoped
public class EmailJobs {

    private static final String CONSUMER = "emails";

    private final EmailDispatch dispatch;
    private final Inbox inbox;
    private final TraceContext trace;

    EmailJobs(EmailDispatch dispatch, Inbox inbox, TraceContext trace) {
        this.dispatch = dispatch;
        this.inbox = inbox;
        this.trace = trace;
    }

    /** Returns when the e-mail is out, which accepts the job; a failure decides its other outcomes. */
    @Incoming("emails")
    @Blocking(value = "emails-worker", ordered = false)
    public void consume(InboundEvent event) {
        if (EmailJob.TYPE.equals(event.type())) {
            EmailJob job = event.dataAs(EmailJob.class);
            trace.runIn(event, () -> dispatch.send(job));
        } else {
            inbox.ignore(CONSUMER, event);
        }
    }
}

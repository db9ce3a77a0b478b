package dev.millrace.messaging;

import io.smallrye.reactive.messaging.MessageConverter;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Type;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Lets a consumer method take an {@link InboundEvent} as its payload. */
@ApplicationScoped
class InboundEventConverter implements MessageConverter {

    @Override
    public boolean canConvert(Message<?> message, Type target) {
        return target == InboundEvent.class
                && message.getMetadata(InboundEvent.class).isPresent();
    }

    @Override
    public Message<?> convert(Message<?> message, Type target) {
        return message.withPayload(InboundEvent.from(message));
    }
}

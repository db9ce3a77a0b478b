package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.selector.Selector;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stored message says of the names in a selector. Each section is read when it is first asked for, once, and only
 * for the names that are wanted; the body is never reached. Reused, not thread-safe.
 */
final class MessageValues implements Selector.Values {

    private static final String ANNOTATION = "amqp.annotation.";

    private final AmqpReader in = new AmqpReader();
    private final SelectableField[] fields;
    /** Where the values of application properties and annotations go, by name. */
    private final Map<String, Integer> applicationNames = new HashMap<>();

    private final Map<String, Integer> annotationNames = new HashMap<>();
    private final boolean[] annotations;
    private final Object[] values;
    private final boolean wantsProperties;

    private Message message;
    private long offset;
    private long enqueuedAt;
    private List<Death> deaths;
    private boolean annotationsRead;
    private boolean bareRead;

    MessageValues(List<String> names) {
        fields = new SelectableField[names.size()];
        values = new Object[names.size()];
        annotations = new boolean[names.size()];
        boolean properties = false;
        for (int i = 0; i < fields.length; i++) {
            String name = names.get(i);
            fields[i] = SelectableField.named(name);
            if (name.startsWith(ANNOTATION)) {
                annotationNames.put(name.substring(ANNOTATION.length()), i);
                annotations[i] = true;
            } else if (fields[i] == null) {
                applicationNames.put(name, i);
            }
            properties |= fields[i] != null && fields[i].property() >= 0;
        }
        wantsProperties = properties;
    }

    void over(Message newMessage, long newOffset, long newEnqueuedAt, List<Death> newDeaths) {
        message = newMessage;
        offset = newOffset;
        enqueuedAt = newEnqueuedAt;
        deaths = newDeaths;
    }

    void clear() {
        message = null;
        deaths = null;
        annotationsRead = false;
        bareRead = false;
        Arrays.fill(values, null);
    }

    @Override
    public Object value(int index) {
        SelectableField field = fields[index];
        if (field == null) {
            if (annotations[index]) {
                readAnnotations();
            } else {
                readBare();
            }
            return values[index];
        }
        return switch (field) {
            case PRIORITY -> (long) message.priority();
            case DURABLE -> message.durable();
            case DELIVERY_MODE -> message.durable() ? "PERSISTENT" : "NON_PERSISTENT";
            case EXPIRATION -> message.expiresAt();
            case DELIVERY_TIME -> message.deliverAt() > 0 ? message.deliverAt() : enqueuedAt;
            default -> {
                readBare();
                yield values[index];
            }
        };
    }

    private void readAnnotations() {
        if (annotationsRead) {
            return;
        }
        annotationsRead = true;
        in.over(message.payload(), 0, message.annotationsLength());
        while (in.hasRemaining()) {
            readEntry(annotationNames);
        }
        put(AnnotationKey.OFFSET, offset);
        put(AnnotationKey.ENQUEUED_TIME, enqueuedAt);
        if (!deaths.isEmpty()) {
            Death last = deaths.getLast();
            put(AnnotationKey.ORIGINAL_ADDRESS, last.address());
            put(AnnotationKey.ORIGINAL_QUEUE, last.source());
            put(AnnotationKey.DEAD_LETTER_REASON, last.reason().label());
            put(AnnotationKey.DEAD_LETTER_DESCRIPTION, last.error());
        }
    }

    private void put(AnnotationKey key, Object value) {
        Integer index = annotationNames.get(key.text());
        if (index != null) {
            values[index] = value;
        }
    }

    private void readEntry(Map<String, Integer> names) {
        Object key = ScalarReader.read(in);
        Integer index = key instanceof String text ? names.get(text) : null;
        if (index == null) {
            in.skip();
        } else {
            values[index] = ScalarReader.read(in);
        }
    }

    /** Properties and application properties are the first sections of the bare message, if they are there. */
    private void readBare() {
        if (bareRead) {
            return;
        }
        bareRead = true;
        in.over(message.payload(), message.annotationsLength(), message.payload().length);
        while (in.hasRemaining()) {
            switch (in.readDescriptor()) {
                case Descriptor.PROPERTIES -> {
                    if (wantsProperties) {
                        readProperties();
                    } else {
                        in.skip();
                    }
                }
                case Descriptor.APPLICATION_PROPERTIES -> {
                    if (!applicationNames.isEmpty() && !in.skipNull()) {
                        readApplicationProperties();
                    }
                    return;
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void readProperties() {
        int count = in.beginList();
        int end = in.compoundEnd();
        for (int number = 0; number < count; number++) {
            Object value = number == 0 || number == 5 ? idText() : ScalarReader.read(in);
            for (int i = 0; i < fields.length && value != null; i++) {
                if (fields[i] != null && fields[i].property() == number) {
                    values[i] = value;
                }
            }
        }
        in.leave(end);
    }

    private String idText() {
        return in.skipNull() ? null : MessageIdText.read(in);
    }

    private void readApplicationProperties() {
        int count = in.beginMap();
        int end = in.compoundEnd();
        for (int i = 0; i < count; i += 2) {
            readEntry(applicationNames);
        }
        in.leave(end);
    }
}

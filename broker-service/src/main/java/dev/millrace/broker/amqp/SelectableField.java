package dev.millrace.broker.amqp;

import java.util.HashMap;
import java.util.Map;

/**
 * Fields of header and properties that selectors can ask for, by the names of Jakarta Messaging (as Qpid JMS maps them)
 * and by their own ({@code properties.subject}, {@code header.priority}; hyphens as underscores).
 */
enum SelectableField {
    PRIORITY(-1, "JMSPriority", "header.priority"),
    DURABLE(-1, "header.durable"),
    DELIVERY_MODE(-1, "JMSDeliveryMode"),
    EXPIRATION(-1, "JMSExpiration"),
    DELIVERY_TIME(-1, "JMSDeliveryTime"),
    MESSAGE_ID(0, "JMSMessageID", "properties.message_id"),
    USER_ID(1, "JMSXUserID", "properties.user_id"),
    TO(2, "JMSDestination", "properties.to"),
    SUBJECT(3, "JMSType", "properties.subject"),
    REPLY_TO(4, "JMSReplyTo", "properties.reply_to"),
    CORRELATION_ID(5, "JMSCorrelationID", "properties.correlation_id"),
    CONTENT_TYPE(6, "properties.content_type"),
    CONTENT_ENCODING(7, "properties.content_encoding"),
    ABSOLUTE_EXPIRY_TIME(8, "properties.absolute_expiry_time"),
    CREATION_TIME(9, "JMSTimestamp", "properties.creation_time"),
    GROUP_ID(10, "JMSXGroupID", "properties.group_id"),
    GROUP_SEQUENCE(11, "JMSXGroupSeq", "properties.group_sequence"),
    REPLY_TO_GROUP_ID(12, "properties.reply_to_group_id");

    private static final Map<String, SelectableField> BY_NAME = new HashMap<>();

    static {
        for (SelectableField field : values()) {
            for (String name : field.names) {
                BY_NAME.put(name, field);
            }
        }
    }

    private final int property;
    private final String[] names;

    SelectableField(int property, String... names) {
        this.property = property;
        this.names = names;
    }

    /** Its place in the properties section; -1 if it comes from elsewhere. */
    int property() {
        return property;
    }

    /** Null if that is none of them, but the name of an application property. */
    static SelectableField named(String name) {
        return BY_NAME.get(name);
    }
}

package dev.millrace.broker.amqp;

import java.util.Map;

/** Codes of the described types that are read here, and their symbolic names, which a peer may use just as well. */
final class Descriptor {

    static final int OPEN = 0x10;
    static final int BEGIN = 0x11;
    static final int ATTACH = 0x12;
    static final int FLOW = 0x13;
    static final int TRANSFER = 0x14;
    static final int DISPOSITION = 0x15;
    static final int DETACH = 0x16;
    static final int END = 0x17;
    static final int CLOSE = 0x18;
    static final int ERROR = 0x1d;
    static final int RECEIVED = 0x23;
    static final int ACCEPTED = 0x24;
    static final int REJECTED = 0x25;
    static final int RELEASED = 0x26;
    static final int MODIFIED = 0x27;
    static final int DECLARE = 0x31;
    static final int DISCHARGE = 0x32;
    static final int DECLARED = 0x33;
    static final int TRANSACTIONAL_STATE = 0x34;
    static final int HEADER = 0x70;
    static final int DELIVERY_ANNOTATIONS = 0x71;
    static final int MESSAGE_ANNOTATIONS = 0x72;
    static final int PROPERTIES = 0x73;
    static final int APPLICATION_PROPERTIES = 0x74;
    static final int DATA = 0x75;
    static final int AMQP_SEQUENCE = 0x76;
    static final int AMQP_VALUE = 0x77;
    static final int FOOTER = 0x78;

    /** A descriptor that is none of these. */
    static final int UNKNOWN = -1;

    private static final Map<String, Integer> BY_NAME = Map.ofEntries(
            Map.entry("amqp:open:list", OPEN),
            Map.entry("amqp:begin:list", BEGIN),
            Map.entry("amqp:attach:list", ATTACH),
            Map.entry("amqp:flow:list", FLOW),
            Map.entry("amqp:transfer:list", TRANSFER),
            Map.entry("amqp:disposition:list", DISPOSITION),
            Map.entry("amqp:detach:list", DETACH),
            Map.entry("amqp:end:list", END),
            Map.entry("amqp:close:list", CLOSE),
            Map.entry("amqp:error:list", ERROR),
            Map.entry("amqp:received:list", RECEIVED),
            Map.entry("amqp:accepted:list", ACCEPTED),
            Map.entry("amqp:rejected:list", REJECTED),
            Map.entry("amqp:released:list", RELEASED),
            Map.entry("amqp:modified:list", MODIFIED),
            Map.entry("amqp:declare:list", DECLARE),
            Map.entry("amqp:discharge:list", DISCHARGE),
            Map.entry("amqp:declared:list", DECLARED),
            Map.entry("amqp:transactional-state:list", TRANSACTIONAL_STATE),
            Map.entry("amqp:header:list", HEADER),
            Map.entry("amqp:delivery-annotations:map", DELIVERY_ANNOTATIONS),
            Map.entry("amqp:message-annotations:map", MESSAGE_ANNOTATIONS),
            Map.entry("amqp:properties:list", PROPERTIES),
            Map.entry("amqp:application-properties:map", APPLICATION_PROPERTIES),
            Map.entry("amqp:data:binary", DATA),
            Map.entry("amqp:amqp-sequence:list", AMQP_SEQUENCE),
            Map.entry("amqp:amqp-value:*", AMQP_VALUE),
            Map.entry("amqp:footer:map", FOOTER));

    private Descriptor() {}

    static int named(String name) {
        return BY_NAME.getOrDefault(name, UNKNOWN);
    }
}

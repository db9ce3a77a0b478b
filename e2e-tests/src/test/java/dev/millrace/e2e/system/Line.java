package dev.millrace.e2e.system;

import dev.millrace.stack.Part;
import dev.millrace.stack.Port;

/** Lines between two parts that can fail. */
public enum Line {
    ORDER_TO_POSTGRES(Part.ORDER, Port.POSTGRES),
    INVENTORY_TO_POSTGRES(Part.INVENTORY, Port.POSTGRES),
    NOTIFICATION_TO_POSTGRES(Part.NOTIFICATION, Port.POSTGRES),
    RELAY_TO_POSTGRES(Part.RELAY, Port.POSTGRES),
    ORDER_TO_BROKER(Part.ORDER, Port.BROKER_AMQP),
    INVENTORY_TO_BROKER(Part.INVENTORY, Port.BROKER_AMQP),
    NOTIFICATION_TO_BROKER(Part.NOTIFICATION, Port.BROKER_AMQP),
    RELAY_TO_BROKER(Part.RELAY, Port.BROKER_AMQP);

    private final Part from;
    private final Port to;

    Line(Part from, Port to) {
        this.from = from;
        this.to = to;
    }

    /** Who connects. */
    Part from() {
        return from;
    }

    /** What it connects to; the variable of that port says where. */
    public Port to() {
        return to;
    }
}

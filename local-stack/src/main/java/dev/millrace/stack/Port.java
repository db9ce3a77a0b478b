package dev.millrace.stack;

/** Every TCP port of the system: its default, and the environment variable that changes it. */
public enum Port {
    BROKER_AMQP("BROKER_AMQP_PORT", 5672, Part.BROKER),
    BROKER_HTTP("BROKER_HTTP_PORT", 8080, Part.BROKER),
    ORDER_HTTP("ORDER_HTTP_PORT", 8081, Part.ORDER),
    INVENTORY_HTTP("INVENTORY_HTTP_PORT", 8082, Part.INVENTORY),
    NOTIFICATION_HTTP("NOTIFICATION_HTTP_PORT", 8083, Part.NOTIFICATION),
    RELAY_HTTP("RELAY_HTTP_PORT", 8084, Part.RELAY),
    POSTGRES("POSTGRES_PORT", 5433, Part.POSTGRES),
    SMTP("SMTP_PORT", 1025, Part.MAIL),
    MAILBOX_HTTP("MAILBOX_HTTP_PORT", 8025, Part.MAIL);

    private final String variable;
    private final int defaultNumber;
    private final Part owner;

    Port(String variable, int defaultNumber, Part owner) {
        this.variable = variable;
        this.defaultNumber = defaultNumber;
        this.owner = owner;
    }

    /** Name of the environment variable. */
    public String variable() {
        return variable;
    }

    /** Port number when the variable is not set. */
    public int defaultNumber() {
        return defaultNumber;
    }

    /** The part that listens on it. */
    public Part owner() {
        return owner;
    }
}

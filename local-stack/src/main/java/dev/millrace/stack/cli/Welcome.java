package dev.millrace.stack.cli;

import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.Port;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.time.Duration;
import java.util.Set;

/** What a person wants to know when all is ready. */
final class Welcome {
    private Welcome() {}

    static String text(LocalStack stack, Set<Part> parts, Duration took) {
        var text = new StringBuilder();
        long building = Long.getLong("millrace.build.seconds", 0); // told by the script
        text.append("\n  Ready after ").append(UpProgress.seconds(took.minusSeconds(building)));
        text.append(building == 0 ? "" : ", building (%d s) not counted".formatted(building))
                .append(".\n\n");
        if (parts.contains(Part.ORDER)) {
            line(text, "orders", http(stack, Part.ORDER) + "/orders");
            line(text, "inventory", http(stack, Part.INVENTORY) + "/products");
            line(text, "notifications", http(stack, Part.NOTIFICATION) + "/notifications");
            line(text, "outbox relay", http(stack, Part.RELAY) + "/relay");
        }
        line(text, "broker, HTTP", http(stack, Part.BROKER));
        line(text, "broker, AMQP 1.0", "amqp://localhost:" + stack.port(Port.BROKER_AMQP));
        if (parts.contains(Part.MAIL)) {
            line(text, "mailbox", http(stack, Part.MAIL));
            line(text, "SMTP", "localhost:" + stack.port(Port.SMTP));
        }
        if (parts.contains(Part.POSTGRES)) {
            line(
                    text,
                    "PostgreSQL",
                    "postgresql://%s@localhost:%d/%s"
                            .formatted(
                                    ServiceDatabase.ORDER.databaseName(),
                                    stack.port(Port.POSTGRES),
                                    ServiceDatabase.ORDER.databaseName()));
        }
        text.append("\n  Each application also answers under /q/health/ready, /q/metrics and /q/openapi.\n");
        text.append(parts.contains(Part.ORDER) ? "  Place an order: ./millrace checkout      " : "  ");
        text.append("Stop: Ctrl-C\n");
        return text.toString();
    }

    private static void line(StringBuilder text, String what, String where) {
        text.append("  %-17s %s%n".formatted(what, where));
    }

    private static String http(LocalStack stack, Part part) {
        return "http://localhost:" + stack.baseUrl(part).getPort();
    }
}

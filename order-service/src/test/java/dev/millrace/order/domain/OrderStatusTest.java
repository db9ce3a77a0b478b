package dev.millrace.order.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OrderStatusTest {

    private static final Path SOURCE = Path.of("src/main/java/dev/millrace/order/domain/OrderStatus.java");
    private static final Pattern ROW = Pattern.compile("^ \\* ([A-Z]+) +([A-Z]+) +\\S", Pattern.MULTILINE);

    @Test
    void theCodeDoesWhatTheTableInTheJavadocSays() throws IOException {
        Map<OrderStatus, Set<OrderStatus>> table = new EnumMap<>(OrderStatus.class);
        for (var status : OrderStatus.values()) {
            table.put(status, EnumSet.noneOf(OrderStatus.class));
        }
        var rows = ROW.matcher(Files.readString(SOURCE));
        int count = 0;
        while (rows.find()) {
            table.get(OrderStatus.valueOf(rows.group(1))).add(OrderStatus.valueOf(rows.group(2)));
            count++;
        }

        assertEquals(4, count, "rows found in the table");
        for (var from : OrderStatus.values()) {
            for (var to : OrderStatus.values()) {
                assertEquals(table.get(from).contains(to), from.canBecome(to), from + " to " + to);
            }
        }
    }
}

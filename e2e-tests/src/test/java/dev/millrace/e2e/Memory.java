package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most memory that each application was seen to hold, against what {@code docker-compose.yml} gives it. In containers
 * there is nothing to look at: there the kernel ends who takes more.
 */
final class Memory {
    private static final Path COMPOSE = Path.of("../docker-compose.yml");

    private final Millrace system;
    private final Map<Part, Long> most = new EnumMap<>(Part.class);

    Memory(Millrace system) {
        this.system = system;
    }

    /** Looks once more. */
    void look() throws IOException {
        for (Part part : Millrace.applications()) {
            OptionalLong bytes = system.residentBytes(part);
            if (bytes.isPresent()) {
                most.merge(part, bytes.getAsLong(), Math::max);
            }
        }
    }

    /** Fails if one of them held more than its container would have had. */
    void check() throws IOException {
        String compose = Files.readString(COMPOSE);
        most.forEach((part, bytes) -> {
            long limit = limit(compose, part);
            System.out.printf("%s held %d of %d MiB%n", part.id(), bytes >> 20, limit >> 20);
            assertTrue(bytes <= limit, part.id() + " held " + bytes + " bytes, its container has " + limit);
        });
    }

    private static long limit(String compose, Part part) {
        Matcher matcher = Pattern.compile(
                        "\n  " + part.id() + ":(?: &\\w+)?\n(?:    .*\n|\n)*?    mem_limit: (\\d+)m\n")
                .matcher(compose);
        if (!matcher.find()) {
            throw new IllegalStateException("docker-compose.yml gives no mem_limit for " + part.id());
        }
        return Long.parseLong(matcher.group(1)) << 20;
    }
}

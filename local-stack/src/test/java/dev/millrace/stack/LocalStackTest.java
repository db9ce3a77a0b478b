package dev.millrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.postgres.ServiceDatabase;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.StartFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack with real processes; only the applications' insides are missing. */
class LocalStackTest {
    @TempDir
    static Path projectDirectory;

    private static ProjectHome home;

    @TempDir
    private Path data;

    @BeforeAll
    static void standIns() throws Exception {
        home = StandInHome.in(projectDirectory);
    }

    @Test
    void startsEverythingLetsPartsBeKilledAndStartedAgainAndLeavesNothingBehind() throws Exception {
        var lines = new CopyOnWriteArrayList<String>();
        List<ProcessHandle> started;
        try (LocalStack stack = builder()
                .log(part -> line -> lines.add(part.id() + ": " + line))
                .build()) {
            stack.start();
            started = Stream.of(Part.values())
                    .filter(part -> part != Part.MAIL)
                    .map(part -> ProcessHandle.of(stack.pid(part)).orElseThrow())
                    .toList();
            assertEquals(6, started.size());
            assertTrue(lines.contains("order-service: stand-in for order-service"), lines.toString());
            try (Connection connection = stack.postgres().connect(ServiceDatabase.INVENTORY)) {
                assertTrue(connection.isValid(1));
            }
            assertTrue(stack.mailbox().mails().isEmpty());

            long before = stack.pid(Part.BROKER);
            stack.kill(Part.BROKER);
            assertFalse(stack.isAlive(Part.BROKER));
            stack.start(Part.BROKER);
            assertTrue(stack.isAlive(Part.BROKER));
            assertNotEquals(before, stack.pid(Part.BROKER));
        }
        for (ProcessHandle process : started) {
            assertFalse(process.isAlive(), process.info().commandLine().orElse("?"));
        }
        try (var left = Files.list(data.resolve("processes"))) {
            assertEquals(List.of(), left.toList(), "what is remembered as running");
        }
    }

    @Test
    void refusesATakenPortWithOneSentenceBeforeItStartsAnything() throws Exception {
        int taken = FreePorts.one();
        try (var squatter = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress());
                LocalStack stack = broker().ports(Ports.from(Map.of("BROKER_AMQP_PORT", Integer.toString(taken))))
                        .build()) {
            var failure = assertThrows(StartFailure.class, stack::start);
            String sentence = failure.getMessage();
            assertTrue(sentence.contains("Port " + taken + " (wanted by broker-service) is already in use"), sentence);
            assertTrue(sentence.contains("BROKER_AMQP_PORT=<free port>"), sentence);
            assertFalse(sentence.contains("\n"), sentence);
            assertFalse(stack.isAlive(Part.BROKER));
            assertEquals(taken, squatter.getLocalPort());
        }
    }

    @Test
    void saysWhichPartDiedWhileItWasStarting() {
        try (LocalStack stack = broker().environment("STAND_IN", "dies").build()) {
            var failure = assertThrows(StartFailure.class, stack::start);
            assertEquals(
                    "broker-service ended with exit code 7 while it was starting (its last line: \"no water in the"
                            + " river\"): see its log lines for the reason.",
                    failure.getMessage());
        }
    }

    @Test
    void saysThatAPartIsNotBuilt(@TempDir Path empty) {
        try (LocalStack stack = broker().home(new ProjectHome(empty)).build()) {
            var failure = assertThrows(StartFailure.class, stack::start);
            assertTrue(failure.getMessage().startsWith("broker-service is not built"), failure.getMessage());
        }
    }

    @Test
    void letsOnlyOneStackUseADataDirectory() {
        try (LocalStack first = broker().build()) {
            assertFalse(first.isAlive(Part.BROKER));
            var failure = assertThrows(StartFailure.class, () -> broker().build());
            assertTrue(failure.getMessage().contains("is in use by another stack (process "), failure.getMessage());
        }
        broker().build().close();
    }

    @Test
    void startsEmptyIfAskedButDeletesNothingThatIsNotItsOwn() throws Exception {
        Files.createDirectories(data.resolve("broker"));
        Files.writeString(data.resolve("broker/segment"), "old");
        try (LocalStack stack = broker().fresh(true).build()) {
            assertTrue(Files.exists(data.resolve("broker/segment")), "not before it starts");
            stack.start();
            assertFalse(Files.exists(data.resolve("broker/segment")));
        }
        Files.writeString(data.resolve("thesis.txt"), "precious");
        var failure =
                assertThrows(StartFailure.class, () -> broker().fresh(true).build());
        assertTrue(failure.getMessage().contains("not Millrace's (thesis.txt)"), failure.getMessage());
        assertTrue(Files.exists(data.resolve("thesis.txt")));
    }

    private StackBuilder builder() {
        return LocalStack.builder().home(home).data(data);
    }

    private StackBuilder broker() {
        return builder().parts(EnumSet.of(Part.BROKER));
    }
}

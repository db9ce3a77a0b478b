package dev.millrace.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.stack.Part;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void putsTheNameOfThePartInFrontInOneColumn() {
        Terminal terminal = terminal(false);
        terminal.line(Part.BROKER, "grinding");
        terminal.line(Part.NOTIFICATION, "Grüße");
        terminal.line("starting mail");
        assertEquals("""
                broker-service       | grinding
                notification-service | Grüße
                millrace             | starting mail
                """, printed());
    }

    @Test
    void coloursTheNameAloneAndOnlyIfAsked() {
        terminal(true).line(Part.BROKER, "grinding");
        assertEquals("\u001b[36mbroker-service       |\u001b[0m grinding\n", printed());
    }

    private Terminal terminal(boolean coloured) {
        return new Terminal(new PrintStream(bytes, true, StandardCharsets.UTF_8), coloured);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

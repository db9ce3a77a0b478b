package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.AmqpEndpoint;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever speaks no AMQP to the broker is shown out, and nobody else notices. */
@EndToEndTest
class BadPeerTest {
    /** Two seconds by the interface, and one for a busy machine. */
    private static final int LIMIT_MILLIS = 3_000;

    /** AMQP's protocol header, and SASL's. */
    private static final String AMQP = "414d515000010000";

    private static final String SASL = "414d515003010000";

    private final Millrace system;

    BadPeerTest(Millrace system) {
        this.system = system;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "474554202f20485454502f312e310d0a0d0a", // an HTTP request
                "0000000000000000000000000000000000", // zeros
                "414d515000090900", // a version of AMQP that does not exist
                AMQP + "ffffffff02000000", // a frame of 4 GiB
                AMQP + "0000000102000000", // a frame shorter than its own head
                SASL + "7fffffff02010000", // a SASL frame of 2 GiB
            })
    void garbageEndsItsConnectionAndNoOther(String bytes) throws IOException {
        try (AmqpClient peer = system.amqp()) {
            String queue = "e2e-queue-" + UUID.randomUUID();
            var sender = peer.sender(queue);
            sender.sendAccepted(Messages.of("before", "text"));
            assertTrue(isEnded(HexFormat.of().parseHex(bytes)), "still open after " + LIMIT_MILLIS + " ms: " + bytes);
            sender.sendAccepted(Messages.of("after", "text"));
        }
    }

    private boolean isEnded(byte[] bytes) throws IOException {
        AmqpEndpoint broker = system.amqpEndpoint();
        try (var socket = new Socket(broker.host(), broker.port())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            byte[] answer = new byte[4_096];
            int length = 0;
            while (length >= 0) {
                length = socket.getInputStream().read(answer);
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return isReset(e);
        }
    }

    private static boolean isReset(IOException e) throws IOException {
        if (e.getMessage() != null && e.getMessage().toLowerCase().contains("reset")) {
            return true;
        }
        throw e;
    }
}

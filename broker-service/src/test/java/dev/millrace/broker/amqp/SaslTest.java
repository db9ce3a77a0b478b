package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in, with and without configured users (AMQP 1.0, part 5, section 5.3). */
@Timeout(20)
class SaslTest {

    private static final int TYPE_SASL = 1;
    private static final int INIT = 0x41;
    private static final int RESPONSE = 0x43;
    private static final int MECHANISMS = 0x40;
    private static final int CHALLENGE = 0x42;
    private static final int OUTCOME = 0x44;
    private static final byte[] NO_RESPONSE = null;

    private static final Map<String, String> USERS = Map.of("shop", "s3cret", "relay", "other");

    @ParameterizedTest
    @CsvSource({
        "PLAIN, shop, s3cret, true",
        "PLAIN, relay, other, true",
        "PLAIN, shop, other, false",
        "PLAIN, shop, s3cre, false",
        "PLAIN, shop, s3cret2, false",
        "PLAIN, nobody, s3cret, false",
        "PLAIN, shop, '', false",
        "PLAIN, '', '', false",
        "ANONYMOUS, x, x, false",
        "SCRAM-SHA-256, shop, s3cret, false"
    })
    void withUsersOnlyTheRightPasswordIsLetIn(String mechanism, String name, String password, boolean welcome)
            throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "PLAIN");
            peer.write(init(mechanism, plain(name, password)));
            assertOutcome(peer, welcome);
            assertEquals(welcome ? 0 : 1, front.statistics().authenticationFailures());
        }
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, true", "ANONYMOUS, true", "EXTERNAL, false"})
    void withoutUsersEveryNameIsLetIn(String mechanism, boolean welcome) throws Exception {
        try (AmqpFront front = AmqpFront.start();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "ANONYMOUS");
            peer.write(init(mechanism, plain("anyone", "anything")));
            assertOutcome(peer, welcome);
        }
    }

    @Test
    void aClientMayWaitToBeAsked() throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "PLAIN");
            peer.write(init("PLAIN", NO_RESPONSE));
            peer.expect(CHALLENGE);
            peer.write(sasl(RESPONSE, out -> {
                binary(out, plain("shop", "s3cret"));
                return 1;
            }));
            assertOutcome(peer, true);
        }
    }

    @Test
    void anAnswerThatIsNoPlainResponseIsRefused() throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "PLAIN");
            peer.write(init("PLAIN", "shops3cret".getBytes(StandardCharsets.US_ASCII)));
            assertOutcome(peer, false);
        }
    }

    @Test
    void withUsersSaslCannotBeSkipped() throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("sneaky", 65536, 0));
            assertArrayEquals(RawPeer.SASL_HEADER, peer.readBytesToEnd());
        }
    }

    @Test
    void withUsersTheHeaderInsideOfSaslDoesNotHelp() throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "PLAIN");
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("sneaky", 65536, 0));
            RawPeer.Frame frame = peer.read();
            while (frame != null) {
                assertFalse(frame.is(Descriptor.OPEN));
                frame = peer.read();
            }
        }
    }

    @Test
    void anAmqpFrameInsideOfSaslIsRefused() throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "PLAIN");
            peer.write(RawPeer.open("sneaky", 65536, 0));
            assertNull(readAfterHeader(peer));
        }
    }

    @Test
    void framesThatAreNoSaslAreRefusedAtOnce() throws Exception {
        assertDropped(sasl(0x4f, out -> 0));
        assertDropped(sasl(OUTCOME, out -> out.put(TypeCode.UBYTE).put(0) == null ? 0 : 1));
        assertDropped(sasl(INIT, out -> out.bool(true) == null ? 0 : 1));
        assertDropped(sasl(INIT, out -> 0));
        assertDropped(RawPeer.frame(TYPE_SASL, 0, new ByteWriter(8).put(new byte[] {9, 9, 9})));
        assertDropped(RawPeer.frame(TYPE_SASL, 0, new ByteWriter(8)));
        assertDropped(RawPeer.frame(TYPE_SASL, 0, new ByteWriter(1_000).put(new byte[1_000])));
        assertDropped(sasl(RESPONSE, out -> {
            binary(out, plain("shop", "s3cret".repeat(3)));
            return 1;
        }));
    }

    private static void assertDropped(byte[] frame) throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            offered(peer, "PLAIN");
            long begun = System.nanoTime();
            peer.write(frame);
            RawPeer.Frame answer = peer.read();
            if (answer != null) {
                AmqpReader outcome = answer.fields();
                outcome.beginList();
                assertTrue(outcome.readUnsigned() != 0);
                assertNull(peer.read());
            }
            assertTrue(System.nanoTime() - begun < 2_000_000_000L);
        }
    }

    @Test
    void withoutUsersSaslMayBeSkipped() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(RawPeer.closeFrame());
            peer.expect(Descriptor.CLOSE);
        }
    }

    @Test
    void everythingMayComeAtOnce() throws Exception {
        try (AmqpFront front = withUsers();
                RawPeer peer = new RawPeer(front.port())) {
            peer.write(RawPeer.join(
                    RawPeer.SASL_HEADER,
                    init("PLAIN", plain("shop", "s3cret")),
                    RawPeer.AMQP_HEADER,
                    RawPeer.open("hasty", 65536, 0),
                    RawPeer.begin(0)));
            assertArrayEquals(RawPeer.SASL_HEADER, peer.readHeader());
            peer.expect(MECHANISMS);
            peer.expect(OUTCOME);
            assertArrayEquals(RawPeer.AMQP_HEADER, peer.readHeader());
            peer.expect(Descriptor.OPEN);
            peer.expect(Descriptor.BEGIN);
        }
    }

    private static AmqpFront withUsers() throws Exception {
        return AmqpFront.start(AmqpSettings.of("127.0.0.1", 0, USERS));
    }

    private static void offered(RawPeer peer, String mechanism) throws IOException {
        peer.write(RawPeer.SASL_HEADER);
        assertArrayEquals(RawPeer.SASL_HEADER, peer.readHeader());
        assertTrue(peer.expect(MECHANISMS).says(mechanism));
    }

    private static void assertOutcome(RawPeer peer, boolean welcome) throws IOException {
        AmqpReader outcome = peer.expect(OUTCOME).fields();
        outcome.beginList();
        assertEquals(welcome, outcome.readUnsigned() == 0);
        if (welcome) {
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("welcome", 65536, 0));
            assertArrayEquals(RawPeer.AMQP_HEADER, peer.readHeader());
            peer.expect(Descriptor.OPEN);
        } else {
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("unwelcome", 65536, 0));
            assertNull(readAfterHeader(peer));
        }
    }

    /** The connection ends without another frame. */
    private static RawPeer.Frame readAfterHeader(RawPeer peer) throws IOException {
        return peer.read();
    }

    private static byte[] plain(String name, String password) {
        return ("\0" + name + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] init(String mechanism, byte[] response) {
        return sasl(INIT, out -> {
            out.symbol(mechanism);
            if (response == NO_RESPONSE) {
                return 1;
            }
            binary(out, response);
            return 2;
        });
    }

    private static void binary(ByteWriter out, byte[] value) {
        out.put(TypeCode.BINARY_8).put(value.length).put(value);
    }

    private static byte[] sasl(int descriptor, RawPeer.Fields fields) {
        ByteWriter out = new ByteWriter(128);
        out.descriptor(descriptor);
        int list = out.beginCompound(TypeCode.LIST_32);
        out.endCompound(list, fields.write(out));
        return RawPeer.frame(TYPE_SASL, 0, out);
    }
}

package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions, frame by frame, over the real engine. */
@Timeout(60)
class TransactionWireTest {

    @TempDir
    Path directory;

    private EngineFront front;

    @BeforeEach
    void start() throws Exception {
        front = new EngineFront(directory);
    }

    @AfterEach
    void stop() throws Exception {
        front.close();
    }

    @Test
    void whatIsSentInATransactionIsThereAfterItsCommitOnly() throws Exception {
        try (RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(attachController());
            RawPeer.Frame attach = peer.expect(Descriptor.ATTACH);
            assertTrue(attach.says("amqp:local-transactions"), "capability");
            peer.expect(Descriptor.FLOW);
            peer.write(RawPeer.attachPublisher(1, "p", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            long first = declare(peer, 0);
            peer.write(send(1, first));
            RawPeer.Frame provisional = peer.expect(Descriptor.DISPOSITION);
            assertTrue(provisional.stateCode() == Descriptor.TRANSACTIONAL_STATE, "provisional outcome");
            assertEquals(0, front.depth("emails"));
            peer.write(discharge(2, first, false));
            assertEquals(
                    Descriptor.ACCEPTED, peer.expect(Descriptor.DISPOSITION).stateCode());
            assertEquals(1, front.depth("emails"));
            peer.write(discharge(3, first, false));
            assertTrue(peer.expect(Descriptor.DISPOSITION).says("amqp:transaction:unknown-id"), "ended already");
            long second = declare(peer, 4);
            peer.write(send(5, second));
            peer.expect(Descriptor.DISPOSITION);
            peer.write(discharge(6, second, true));
            assertEquals(
                    Descriptor.ACCEPTED, peer.expect(Descriptor.DISPOSITION).stateCode());
            assertEquals(1, front.depth("emails"));
            peer.write(send(7, 4711));
            assertTrue(peer.expect(Descriptor.DISPOSITION).says("amqp:transaction:unknown-id"), "never declared");
            assertEquals(1, front.depth("emails"), "nothing of it is stored");
        }
    }

    @Test
    void whatIsSettledInATransactionIsSettledAfterItsCommitOnly() throws Exception {
        try (RawPeer peer = controlling()) {
            peer.write(RawPeer.attachPublisher(1, "p", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            peer.write(RawPeer.transfer(1, 0, false, RawPeer.message((byte) 1)));
            peer.expect(Descriptor.DISPOSITION);
            peer.write(RawPeer.attachConsumer(2, "c", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.write(RawPeer.flow(2, 0, 1_000, 0, 5, false));
            int delivery = (int) peer.expect(Descriptor.TRANSFER).transfer().deliveryId;
            long first = declare(peer, 1);
            peer.write(accept(delivery, first));
            Performative.Disposition answer =
                    peer.expect(Descriptor.DISPOSITION).disposition();
            assertTrue(!answer.byReceiver && answer.settled && answer.first == delivery, "we settle it, too");
            assertEquals(1, front.depth("emails"), "not yet");
            peer.write(discharge(2, first, true));
            assertEquals(
                    Descriptor.ACCEPTED, peer.expect(Descriptor.DISPOSITION).stateCode());
            int again = (int) peer.expect(Descriptor.TRANSFER).transfer().deliveryId; // after its backoff
            long second = declare(peer, 3);
            peer.write(accept(again, second));
            peer.expect(Descriptor.DISPOSITION);
            peer.write(discharge(4, second, false));
            assertEquals(
                    Descriptor.ACCEPTED, peer.expect(Descriptor.DISPOSITION).stateCode());
            assertEquals(0, front.depth("emails"));
        }
    }

    @Test
    void symbolicDescriptorsAreUnderstoodAndWhatIsNeitherDeclareNorDischargeIsRejected() throws Exception {
        try (RawPeer peer = controlling()) {
            peer.write(request(0, out -> {
                out.put(TypeCode.DESCRIBED).symbol("amqp:declare:list").put(TypeCode.LIST_0);
            }));
            AmqpReader declared = peer.expect(Descriptor.DISPOSITION).state();
            assertEquals(Descriptor.DECLARED, declared.readDescriptor());
            peer.write(request(1, out -> out.string("declare, please")));
            assertEquals(
                    Descriptor.REJECTED, peer.expect(Descriptor.DISPOSITION).stateCode());
            assertTrue(declare(peer, 2) != 0, "the link lives");
        }
    }

    @Test
    void aTransactionEndsWithItsControllersLink() throws Exception {
        try (RawPeer peer = controlling()) {
            peer.write(RawPeer.attachPublisher(1, "p", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            long transaction = declare(peer, 0);
            peer.write(send(1, transaction));
            peer.expect(Descriptor.DISPOSITION);
            peer.write(RawPeer.detach(0, true));
            peer.expect(Descriptor.DETACH);
            peer.write(send(2, transaction));
            assertTrue(peer.expect(Descriptor.DISPOSITION).says("amqp:transaction:unknown-id"));
            assertEquals(0, front.depth("emails"));
        }
    }

    @Test
    void aSettlementInAnUnknownTransactionEndsItsSessionOnly() throws Exception {
        try (RawPeer peer = controlling()) {
            peer.write(accept(0, 4711));
            assertTrue(peer.expect(Descriptor.END).says("amqp:transaction:unknown-id"));
            peer.write(RawPeer.end(0)).write(RawPeer.begin(0));
            peer.expect(Descriptor.BEGIN);
        }
    }

    private RawPeer controlling() throws Exception {
        RawPeer peer = RawPeer.begun(front.port());
        peer.write(attachController());
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.FLOW);
        return peer;
    }

    private static byte[] accept(int delivery, long transaction) {
        return RawPeer.performative(0, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(delivery).uint(delivery).bool(false);
            out.put(TransactionId.acceptedState(transaction));
            return 5;
        });
    }

    private static long declare(RawPeer peer, int deliveryId) throws Exception {
        peer.write(request(deliveryId, out -> {
            out.descriptor(Descriptor.DECLARE).put(TypeCode.LIST_0);
        }));
        AmqpReader in = peer.expect(Descriptor.DISPOSITION).state();
        assertEquals(Descriptor.DECLARED, in.readDescriptor());
        in.beginList();
        return TransactionId.read(in);
    }

    private static byte[] discharge(int deliveryId, long transaction, boolean fail) {
        return request(deliveryId, out -> {
            out.descriptor(Descriptor.DISCHARGE);
            int list = out.beginCompound(TypeCode.LIST_32);
            out.put(TypeCode.BINARY_8).put(8).putLong(transaction).bool(fail);
            out.endCompound(list, 2);
        });
    }

    private interface Body {
        void write(ByteWriter out);
    }

    private static byte[] request(int deliveryId, Body body) {
        ByteWriter message = new ByteWriter(64);
        message.descriptor(Descriptor.AMQP_VALUE);
        body.write(message);
        return RawPeer.transfer(0, deliveryId, false, message.toArray());
    }

    private static byte[] send(int deliveryId, long transaction) {
        return RawPeer.performative(
                0,
                Descriptor.TRANSFER,
                out -> {
                    out.uint(1).uint(deliveryId).put(TypeCode.BINARY_8).put(1).put(deliveryId);
                    out.uint(0).bool(false).bool(false).put(TypeCode.NULL);
                    out.put(TransactionId.state(transaction));
                    return 8;
                },
                RawPeer.message((byte) deliveryId));
    }

    private static byte[] attachController() {
        return RawPeer.performative(0, Descriptor.ATTACH, out -> {
            out.string("controller").uint(0).bool(false).put(TypeCode.NULL).put(TypeCode.NULL);
            out.descriptor(0x28);
            out.endCompound(out.beginCompound(TypeCode.LIST_32), 0);
            out.descriptor(0x30);
            int target = out.beginCompound(TypeCode.LIST_32);
            out.symbol("amqp:local-transactions");
            out.endCompound(target, 1);
            out.put(TypeCode.NULL).put(TypeCode.NULL).uint(0);
            return 10;
        });
    }
}

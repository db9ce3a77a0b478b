package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer that settles second: it says an outcome and waits for our settlement. */
@Timeout(20)
class SettleBackTest {

    @Test
    void ourSettlementWaitsUntilTheBrokerHasConfirmedThatTheOutcomeIsDurable() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(RawPeer.attachPublisher(0, "p", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            peer.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
            peer.expect(Descriptor.DISPOSITION);
            peer.write(RawPeer.attachConsumer(1, "c", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.write(RawPeer.flow(1, 0, 1_000, 0, 10, false));
            peer.expect(Descriptor.TRANSFER);
            peer.write(RawPeer.disposition(0, 0, false, Descriptor.ACCEPTED));
            Performative.Disposition disposition =
                    peer.expect(Descriptor.DISPOSITION).disposition();
            assertTrue(disposition.settled && !disposition.byReceiver);
            front.broker.settle();
            List<Command> settled = front.broker.commands(Command.class).stream()
                    .filter(command -> command instanceof Command.Settle || command instanceof Command.Confirm)
                    .toList();
            assertEquals(2, settled.size());
            assertTrue(
                    settled.getFirst() instanceof Command.Settle,
                    "the confirmation is asked for behind the settlement");
        }
    }

    @Test
    void whatWasSettledBeforeAMessageWasSentIsHandedInBeforeTheMessage() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(RawPeer.attachPublisher(0, "p", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            peer.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
            peer.expect(Descriptor.DISPOSITION);
            peer.write(RawPeer.attachConsumer(1, "c", "emails"));
            peer.expect(Descriptor.ATTACH);
            peer.write(RawPeer.flow(1, 0, 1_000, 0, 1, false));
            peer.expect(Descriptor.TRANSFER);

            ByteArrayOutputStream together = new ByteArrayOutputStream();
            together.writeBytes(RawPeer.disposition(0, 0, true, Descriptor.ACCEPTED));
            together.writeBytes(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 2)));
            peer.write(together.toByteArray());
            peer.expect(Descriptor.DISPOSITION);

            List<Command> commands = front.broker.commands(Command.class);
            int settled = lastOf(Command.Settle.class, commands);
            assertTrue(settled >= 0 && settled < lastOf(Command.Publish.class, commands), commands::toString);
        }
    }

    private static int lastOf(Class<?> kind, List<Command> commands) {
        for (int i = commands.size() - 1; i >= 0; i--) {
            if (kind.isInstance(commands.get(i))) {
                return i;
            }
        }
        return -1;
    }
}

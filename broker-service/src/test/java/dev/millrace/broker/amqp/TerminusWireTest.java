package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.DestinationView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnknownDescribedType;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.messaging.TerminusDurability;
import org.apache.qpid.proton.amqp.messaging.TerminusExpiryPolicy;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Detach;
import org.apache.qpid.proton.amqp.transport.Flow;
import org.apache.qpid.proton.amqp.transport.Open;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What sources, targets and opens ask for and are answered, frame by frame, over the real engine. */
@Timeout(60)
class TerminusWireTest {

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

    // ---- the connection

    private static byte[] open(String container, String... desired) {
        Open open = new Open();
        open.setContainerId(container);
        open.setDesiredCapabilities(Performatives.symbols(desired));
        return Performatives.frame(open);
    }

    private RawPeer opening(String container, String... desired) throws IOException {
        RawPeer peer = new RawPeer(front.port());
        peer.write(RawPeer.AMQP_HEADER).write(open(container, desired));
        peer.readHeader();
        return peer;
    }

    private RawPeer begun(String container) throws IOException {
        RawPeer peer = opening(container);
        peer.expect(Descriptor.OPEN);
        peer.write(RawPeer.begin(0));
        peer.expect(Descriptor.BEGIN);
        return peer;
    }

    @Test
    void theOpenOffersWhatClientsLookFor() throws Exception {
        try (RawPeer peer = opening("c")) {
            Open open = Performatives.expect(peer, Descriptor.OPEN, Open.class);
            assertTrue(
                    List.of(open.getOfferedCapabilities())
                            .containsAll(List.of(Performatives.symbols(
                                    "ANONYMOUS-RELAY",
                                    "DELAYED_DELIVERY",
                                    "SHARED-SUBS",
                                    "sole-connection-for-container"))),
                    open::toString);
        }
    }

    @Test
    void whoWantsToBeItsContainersOnlyConnectionIsRefusedWhileThereIsAnother() throws Exception {
        try (RawPeer first = begun("shop")) {
            try (RawPeer second = opening("shop", "sole-connection-for-container")) {
                Open refusing = Performatives.expect(second, Descriptor.OPEN, Open.class);
                assertEquals(
                        true,
                        refusing.getProperties().get(Symbol.valueOf("amqp:connection-establishment-failed")),
                        "said before the close, so that the client does not take it for open");
                RawPeer.Frame close = second.expect(Descriptor.CLOSE);
                assertTrue(close.says("amqp:invalid-field") && close.says("container-id"), "the reason");
            }
            try (RawPeer modest = opening("shop")) {
                assertNull(Performatives.expect(modest, Descriptor.OPEN, Open.class)
                        .getProperties()
                        .get(Symbol.valueOf("amqp:connection-establishment-failed")));
            }
            first.write(RawPeer.closeFrame());
            first.expect(Descriptor.CLOSE);
        }
        await().untilAsserted(() -> {
            try (RawPeer alone = opening("shop", "sole-connection-for-container")) {
                assertNull(Performatives.expect(alone, Descriptor.OPEN, Open.class)
                        .getProperties()
                        .get(Symbol.valueOf("amqp:connection-establishment-failed")));
            }
        });
    }

    // ---- JMS's subscriptions

    private static Source topic(String... capabilities) {
        Source source = new Source();
        source.setAddress("orders");
        source.setCapabilities(Performatives.symbols(capabilities));
        return source;
    }

    private static Source durable(String... capabilities) {
        Source source = topic(capabilities);
        source.setDurable(TerminusDurability.UNSETTLED_STATE);
        source.setExpiryPolicy(TerminusExpiryPolicy.NEVER);
        return source;
    }

    private static Attach attach(RawPeer peer, int handle, String name, Source source) throws IOException {
        peer.write(Performatives.frame(Performatives.consumer(handle, name, source)));
        return Performatives.expect(peer, Descriptor.ATTACH, Attach.class);
    }

    private static void detach(RawPeer peer, int handle, boolean closed) throws IOException {
        peer.write(RawPeer.detach(handle, closed));
        assertEquals(
                closed,
                Performatives.expect(peer, Descriptor.DETACH, Detach.class).getClosed(),
                "answered in kind");
    }

    private List<String> subscriptions() throws Exception {
        return front.describe().stream()
                .filter(view -> view.kind() == DestinationView.Kind.SUBSCRIPTION)
                .map(DestinationView::name)
                .filter(name -> !name.equals("orders::inventory"))
                .toList();
    }

    @Test
    void aDurableSubscriptionIsNamedByContainerAndLinkAndEndsWithACloseOnly() throws Exception {
        try (RawPeer peer = begun("shop")) {
            Attach echo = attach(peer, 0, "prices", durable("topic"));
            assertEquals(TerminusExpiryPolicy.NEVER, ((Source) echo.getSource()).getExpiryPolicy());
            assertEquals(List.of("orders::shop:prices"), subscriptions());
            detach(peer, 0, false);
            assertEquals(List.of("orders::shop:prices"), subscriptions(), "a detach keeps it");
            attach(peer, 1, "prices", durable("topic"));
        }
        try (RawPeer again = begun("shop")) {
            assertEquals(List.of("orders::shop:prices"), subscriptions(), "so does a lost connection");
            attach(again, 0, "prices", durable("topic"));
            detach(again, 0, true);
            assertEquals(List.of(), subscriptions(), "a close ends it");
        }
    }

    @Test
    void sharedNamesAreCutAndBelongToTheContainerUnlessTheyAreGlobal() throws Exception {
        try (RawPeer shop = begun("shop");
                RawPeer other = begun("other")) {
            attach(shop, 0, "prices", durable("topic", "shared"));
            attach(shop, 1, "prices|2", durable("topic", "shared"));
            assertEquals(List.of("orders::shop:prices"), subscriptions(), "both mean the same");
            attach(shop, 2, "audit|global", durable("topic", "shared", "global"));
            attach(other, 0, "audit|global", durable("topic", "shared", "global"));
            assertEquals(
                    List.of("orders::audit", "orders::shop:prices"),
                    subscriptions().stream().sorted().toList());
            detach(shop, 2, true);
            assertTrue(subscriptions().contains("orders::audit"), "the other container still uses it");
            detach(other, 0, true);
            assertFalse(subscriptions().contains("orders::audit"));
        }
    }

    @Test
    void aSharedSubscriptionThatIsNotDurableEndsWithItsLastLink() throws Exception {
        try (RawPeer peer = begun("shop")) {
            attach(peer, 0, "viewers|1", topic("topic", "shared"));
            attach(peer, 1, "viewers|2", topic("topic", "shared"));
            publish("orders");
            peer.write(RawPeer.flow(0, 0, 1_000, 0, 1, false));
            peer.expect(Descriptor.TRANSFER);
            peer.write(RawPeer.disposition(0, 0, true, Descriptor.ACCEPTED));
            peer.write(RawPeer.flow(1, 0, 1_000, 0, 1, true));
            assertEquals(Descriptor.FLOW, peer.read().code(), "one of them has got it, the other gets nothing");
            detach(peer, 0, false);
            detach(peer, 1, false);
            attach(peer, 2, "viewers|3", topic("topic", "shared"));
            peer.write(RawPeer.flow(2, 0, 1_000, 0, 1, true));
            assertEquals(Descriptor.FLOW, peer.read().code(), "a new one begins now");
        }
    }

    @Test
    void anAttachWithoutASourceFindsADurableSubscriptionToEndIt() throws Exception {
        try (RawPeer peer = begun("shop")) {
            attach(peer, 0, "prices", durable("topic"));
            detach(peer, 0, false);
            Attach found = attach(peer, 1, "prices", null);
            assertNotNull(found.getSource(), "what is there is told");
            detach(peer, 1, true);
            assertEquals(List.of(), subscriptions());
            assertNull(attach(peer, 2, "prices", null).getSource());
            assertTrue(peer.expect(Descriptor.DETACH).says("amqp:not-found"));
        }
    }

    // ---- nodes that come and go

    @Test
    void aDynamicNodeHasAnAddressAndGoesWithItsLink() throws Exception {
        try (RawPeer maker = begun("maker");
                RawPeer sender = begun("sender")) {
            Source dynamic = new Source();
            dynamic.setDynamic(true);
            Attach made = attach(maker, 0, "answers", dynamic);
            String address = ((Source) made.getSource()).getAddress();
            assertNotNull(address);
            sender.write(RawPeer.attachPublisher(0, "p", address));
            sender.expect(Descriptor.ATTACH);
            sender.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
            sender.expect(Descriptor.DISPOSITION);
            maker.write(RawPeer.flow(0, 0, 1_000, 0, 5, false));
            maker.expect(Descriptor.TRANSFER);
            detach(maker, 0, true);
            RawPeer.Frame gone = sender.expect(Descriptor.DETACH);
            assertTrue(gone.says("amqp:resource-deleted"), "its sender is told");
            sender.write(RawPeer.detach(0, true)).write(RawPeer.attachPublisher(0, "p2", address));
            sender.expect(Descriptor.ATTACH);
            assertTrue(sender.expect(Descriptor.DETACH).says("amqp:not-found"), "the name means nothing now");
        }
    }

    @Test
    void whoUsesADestinationThatIsDeletedIsTold() throws Exception {
        try (RawPeer peer = begun("shop")) {
            peer.write(RawPeer.attachPublisher(0, "p", "doomed"));
            peer.expect(Descriptor.ATTACH);
            peer.write(RawPeer.attachConsumer(1, "c", "doomed"));
            peer.expect(Descriptor.ATTACH);
            front.ask(new AdminRequest.Delete(DestinationView.Kind.QUEUE, "doomed"));
            for (int i = 0; i < 2; i++) {
                Detach detach = Performatives.expect(peer, Descriptor.DETACH, Detach.class);
                assertTrue(detach.getClosed());
                assertEquals(
                        Symbol.valueOf("amqp:resource-deleted"),
                        detach.getError().getCondition());
                peer.write(RawPeer.detach(detach.getHandle().intValue(), true));
            }
            attach(peer, 2, "alive", topic("topic"));
        }
    }

    @Test
    void theTargetIsEchoedWithItsCapabilitiesAndAnAnonymousOneWithoutAnAddress() throws Exception {
        try (RawPeer peer = begun("shop")) {
            Target target = new Target();
            target.setAddress("emails");
            target.setCapabilities(Performatives.symbols("queue"));
            peer.write(Performatives.frame(Performatives.publisher(0, "p", target)));
            Target echo = (Target)
                    Performatives.expect(peer, Descriptor.ATTACH, Attach.class).getTarget();
            assertEquals("emails", echo.getAddress());
            assertEquals(List.of(Performatives.symbols("queue")), List.of(echo.getCapabilities()));
            peer.write(Performatives.frame(Performatives.publisher(1, "relay", new Target())));
            Attach relay = Performatives.expect(peer, Descriptor.ATTACH, Attach.class);
            assertNotNull(relay.getTarget());
            assertNull(((Target) relay.getTarget()).getAddress());
        }
    }

    // ---- filters

    @Test
    void ofSeveralFiltersThoseThatAreAppliedAreEchoedAsTheyCame() throws Exception {
        try (RawPeer peer = begun("shop")) {
            Source source = topic("topic");
            Object selector = new UnknownDescribedType(UnsignedLong.valueOf(0x0000468C00000004L), "color = 'red'");
            Object start = new UnknownDescribedType(Symbol.valueOf("rabbitmq:stream-offset-spec"), "first");
            Object unknown = new UnknownDescribedType(Symbol.valueOf("example.org:unknown"), "x");
            source.setFilter(
                    Map.of(Symbol.valueOf("a"), selector, Symbol.valueOf("b"), start, Symbol.valueOf("c"), unknown));
            Map<?, ?> applied = ((Source) attach(peer, 0, "c", source).getSource()).getFilter();
            assertEquals(2, applied.size(), applied::toString);
            assertTrue(applied.containsKey(Symbol.valueOf("a")) && applied.containsKey(Symbol.valueOf("b")));
        }
    }

    @Test
    void aFlowThatAsksForAnEchoGetsOne() throws Exception {
        try (RawPeer peer = begun("shop")) {
            attach(peer, 0, "c", topic("topic"));
            Flow flow = new Flow();
            flow.setNextIncomingId(UnsignedInteger.ZERO);
            flow.setIncomingWindow(UnsignedInteger.valueOf(1_000));
            flow.setNextOutgoingId(UnsignedInteger.ZERO);
            flow.setOutgoingWindow(UnsignedInteger.valueOf(1_000));
            flow.setHandle(UnsignedInteger.ZERO);
            flow.setDeliveryCount(UnsignedInteger.ZERO);
            flow.setLinkCredit(UnsignedInteger.valueOf(7));
            flow.setEcho(true);
            peer.write(Performatives.frame(flow));
            var echo = Performatives.expect(peer, Descriptor.FLOW, Flow.class);
            assertEquals(7, echo.getLinkCredit().intValue());
            assertFalse(echo.getDrain());
        }
    }

    /** One message, from another connection. */
    private void publish(String address) throws IOException {
        try (RawPeer peer = begun("publisher")) {
            peer.write(RawPeer.attachPublisher(0, "p", address));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            peer.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
            peer.expect(Descriptor.DISPOSITION);
        }
    }
}

package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.log.DiskState;
import org.junit.jupiter.api.Test;

/** What the core does while the disk has little room. */
class DiskSpaceTest {

    private final BrokerFixture broker = new BrokerFixture();

    private void report(DiskState state) {
        broker.execute(new Command.ReportDisk(state));
    }

    @Test
    void publishersGetNoCreditWhileSpaceIsShortAndGetItWhenItIsBack() {
        broker.start();
        TestPublisher early = broker.publisher("work");
        report(DiskState.LOW);
        int granted = early.credit;
        for (int i = 0; i < granted; i++) {
            early.publish("m" + i);
        }
        TestPublisher late = broker.publisher("work");
        TestPublisher anonymous = broker.publisher(null);
        assertEquals(0, early.credit);
        assertEquals(0, late.credit);
        assertEquals(0, anonymous.credit);
        assertEquals(granted, early.accepted.size(), "credit that was given is honoured");

        report(DiskState.ENOUGH);
        assertTrue(early.credit > 0 && late.credit > 0 && anonymous.credit > 0);
    }

    @Test
    void settlementsGoOnWhileTheDiskIsFull() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        publisher.publish("m1");
        report(DiskState.FULL);
        TestConsumer consumer = broker.consumer("work", 10);
        consumer.accept(0);
        consumer.settle(new Outcome.Rejected("bad"), 1);

        assertEquals(0, broker.view("work").depth());
        assertEquals(1, broker.view("work").deadLetters());
    }

    @Test
    void fullDiskRefusesWhatIsPublishedWithCreditFromBefore() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        report(DiskState.FULL);
        publisher.publish(message("m0"));

        assertEquals(
                BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                publisher.rejected.getFirst().code());
        report(DiskState.ENOUGH);
        publisher.publish("m1");
        assertEquals(1, publisher.accepted.size());
    }
}

package dev.millrace.stack.demo;

import dev.millrace.stack.PartsHttp;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The demonstrations that there are, in the order in which a reader meets them. */
public enum Demo {
    POISON(
            "an order that cannot be handled is set aside with its reason, and replayed when the fault is mended",
            false,
            PoisonDemo::new),
    DUPLICATE("the same event published again and again has one effect", false, DuplicateDemo::new),
    CRASH_BROKER("SIGKILL of the broker under orders: nothing is lost, nothing is done twice", true, BrokerCrash::new),
    CRASH_RELAY(
            "SIGKILL of the relay under orders: events wait in the outbox, then all of them go", true, RelayCrash::new),
    SLOW_CONSUMER("a consumer that takes its time holds up nobody else, and catches up", false, SlowConsumerDemo::new);

    private final String summary;
    private final boolean killing;
    private final Script.Factory script;

    Demo(String summary, boolean killing, Script.Factory script) {
        this.summary = summary;
        this.killing = killing;
        this.script = script;
    }

    /** What it is called on the command line, for example {@code slow-consumer}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it shows, in one line. */
    public String summary() {
        return summary;
    }

    /** Whether it kills processes, so that it needs a stack whose processes are known. */
    public boolean isKilling() {
        return killing;
    }

    /** The one of this label. */
    public static Optional<Demo> of(String label) {
        return Stream.of(values()).filter(demo -> demo.label().equals(label)).findFirst();
    }

    /**
     * Runs it, telling the story as it goes.
     *
     * @return whether all that was promised was so
     * @throws InterruptedException if this thread is interrupted; what the demonstration had changed is mended all the same
     */
    public boolean run(DemoSystem system, Story story) throws InterruptedException {
        story.title("demo " + label() + ": " + summary);
        try {
            script.of(system, story).run();
        } catch (DemoFailure | PartsHttp.NoAnswerException failure) {
            story.failed(failure.getMessage());
        }
        return story.end();
    }
}

package dev.millrace.stack;

import dev.millrace.stack.process.StartFailure;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Collects what a {@link LocalStack} is made of. Not thread-safe. */
public final class StackBuilder {
    private final Map<String, String> environment = new HashMap<>();
    private final Map<Part, Map<String, String>> partEnvironment = new EnumMap<>(Part.class);
    private ProjectHome home;
    private Path data;
    private boolean fresh;
    private Set<Part> parts = EnumSet.allOf(Part.class);
    private Ports ports;
    private boolean supervised;
    private StackLog log = StackLog.NOWHERE;
    private StackListener listener = StackListener.SILENT;

    StackBuilder() {}

    /** Where the applications' jars are; default {@link ProjectHome#find()}. */
    public StackBuilder home(ProjectHome directory) {
        this.home = directory;
        return this;
    }

    /** Where it keeps its state; made if missing. Required. */
    public StackBuilder data(Path directory) {
        this.data = directory.toAbsolutePath().normalize();
        return this;
    }

    /** Whether the data is deleted before the start; default no. */
    public StackBuilder fresh(boolean empty) {
        this.fresh = empty;
        return this;
    }

    /** Only these parts; default all. */
    public StackBuilder parts(Collection<Part> some) {
        this.parts = EnumSet.copyOf(some);
        return this;
    }

    /** Their ports; default free ones. */
    public StackBuilder ports(Ports given) {
        this.ports = given;
        return this;
    }

    /** One variable for the applications, for example {@code ORDER_TIMEOUT}. */
    public StackBuilder environment(String variable, String value) {
        this.environment.put(variable, value);
        return this;
    }

    /** Several variables for the applications. */
    public StackBuilder environment(Map<String, String> variables) {
        this.environment.putAll(variables);
        return this;
    }

    /** One variable for this application alone; it wins over everything else, the stack's own ports included. */
    public StackBuilder environment(Part part, String variable, String value) {
        partEnvironment.computeIfAbsent(part, any -> new HashMap<>()).put(variable, value);
        return this;
    }

    /** Parts that die are started again, until they die too often; default: they stay dead. */
    public StackBuilder supervised(boolean restart) {
        this.supervised = restart;
        return this;
    }

    /** Where the parts' log lines go; default nowhere. */
    public StackBuilder log(StackLog lines) {
        this.log = lines;
        return this;
    }

    /** Who hears of starts and deaths; default nobody. */
    public StackBuilder listener(StackListener hears) {
        this.listener = hears;
        return this;
    }

    /**
     * Takes the data directory's lock; starts nothing yet.
     *
     * @throws StartFailure if another stack uses the data directory, or the settings contradict each other
     */
    public LocalStack build() {
        Objects.requireNonNull(data, "data");
        Ports numbers = ports != null ? ports : Ports.free();
        return new LocalStack(new StackSettings(
                home != null ? home : ProjectHome.find(),
                data,
                fresh,
                Set.copyOf(parts),
                numbers,
                Map.copyOf(environment),
                Map.copyOf(partEnvironment),
                supervised,
                log,
                listener));
    }
}

package dev.millrace.stack;

import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.StartFailure;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A number for every {@link Port}. Immutable. */
public final class Ports {
    private static final int HIGHEST = 65_535;

    private final Map<Port, Integer> numbers;

    private Ports(Map<Port, Integer> numbers) {
        this.numbers = new EnumMap<>(numbers);
    }

    /**
     * The numbers that the environment gives, else the defaults.
     *
     * @throws StartFailure if a variable holds no port number, or two ports have the same one
     */
    public static Ports from(Map<String, String> environment) {
        var numbers = new EnumMap<Port, Integer>(Port.class);
        var takenBy = new HashMap<Integer, Port>();
        for (Port port : Port.values()) {
            int number = number(port, environment.get(port.variable()));
            Port other = takenBy.put(number, port);
            if (other != null) {
                throw new StartFailure("%s and %s are both %d: give one of them another number."
                        .formatted(other.variable(), port.variable(), number));
            }
            numbers.put(port, number);
        }
        return new Ports(numbers);
    }

    /** Numbers that are free now, for tests. */
    public static Ports free() {
        List<Integer> free = FreePorts.several(Port.values().length);
        var numbers = new EnumMap<Port, Integer>(Port.class);
        for (Port port : Port.values()) {
            numbers.put(port, free.get(port.ordinal()));
        }
        return new Ports(numbers);
    }

    /** The port's number, 1..65535. */
    public int number(Port port) {
        return numbers.get(port);
    }

    /** All of them as environment variables for the parts. */
    public Map<String, String> toEnvironment() {
        return Stream.of(Port.values())
                .collect(Collectors.toMap(Port::variable, port -> Integer.toString(number(port))));
    }

    /**
     * Checks that nobody listens on the ports of these parts yet.
     *
     * @throws StartFailure naming each taken port, the part that wants it and the variable that changes it
     */
    public void requireFree(Collection<Part> parts) {
        List<Port> taken = Stream.of(Port.values())
                .filter(port -> parts.contains(port.owner()))
                .filter(port -> !FreePorts.isFree(number(port)))
                .toList();
        if (!taken.isEmpty()) {
            throw new StartFailure(sentence(taken));
        }
    }

    private String sentence(List<Port> taken) {
        String which = taken.stream()
                .map(port ->
                        "%d (wanted by %s)".formatted(number(port), port.owner().id()))
                .collect(Collectors.joining(", "));
        String variables = taken.stream()
                .map(port -> "%s=<free port>".formatted(port.variable()))
                .collect(Collectors.joining(" "));
        return "%s %s already in use: stop the program that listens there, or start with %s."
                .formatted(
                        taken.size() == 1 ? "Port" : "Ports", which + (taken.size() == 1 ? " is" : " are"), variables);
    }

    private static int number(Port port, String configured) {
        if (configured == null || configured.isBlank()) {
            return port.defaultNumber();
        }
        try {
            int number = Integer.parseInt(configured.strip());
            if (number >= 1 && number <= HIGHEST) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, the same as for a number out of range
        }
        throw new StartFailure("%s is \"%s\", which is no port number: set it to a number from 1 to %d."
                .formatted(port.variable(), configured, HIGHEST));
    }
}

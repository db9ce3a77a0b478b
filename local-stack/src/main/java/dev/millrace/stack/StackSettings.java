package dev.millrace.stack;

import dev.millrace.stack.postgres.ServiceDatabase;
import dev.millrace.stack.process.StartFailure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one stack is made of.
 *
 * @param home where the applications' jars are
 * @param data its data directory, absolute
 * @param fresh delete the parts' data before they start
 * @param parts those that it has
 * @param ports their ports
 * @param environment more configuration for the applications, and the passwords of the roles
 * @param partEnvironment more for one of them, which wins over everything else
 * @param supervised start parts again that die
 */
record StackSettings(
        ProjectHome home,
        Path data,
        boolean fresh,
        Set<Part> parts,
        Ports ports,
        Map<String, String> environment,
        Map<Part, Map<String, String>> partEnvironment,
        boolean supervised,
        StackLog log,
        StackListener listener) {

    private static final String BROKER_DATA = "BROKER_DATA_DIR";
    private static final String LOOPBACK = "127.0.0.1";

    StackSettings {
        if (fresh && environment.containsKey(BROKER_DATA)) {
            throw new StartFailure("--fresh empties %s only and %s is elsewhere (%s): unset it or empty it yourself."
                    .formatted(data, BROKER_DATA, environment.get(BROKER_DATA)));
        }
    }

    /** The environment of an application: all of them get the same, each takes what it needs, and what is its alone. */
    Map<String, String> applicationEnvironment(Part part, Path defaultBrokerData) {
        var all = new HashMap<>(environment);
        all.putIfAbsent("HTTP_HOST", LOOPBACK);
        // What the demonstrations break things with; not where others than this machine's users could reach it.
        all.putIfAbsent("INVENTORY_FAULTS", Boolean.toString(LOOPBACK.equals(all.get("HTTP_HOST"))));
        Path brokerData = all.containsKey(BROKER_DATA) ? Path.of(all.get(BROKER_DATA)) : defaultBrokerData;
        all.put(BROKER_DATA, brokerData.toAbsolutePath().toString());
        all.putAll(ports.toEnvironment());
        // Our own servers, whatever the caller's environment says of others.
        all.put("POSTGRES_HOST", LOOPBACK);
        all.put("BROKER_HOST", LOOPBACK);
        all.put("SMTP_HOST", LOOPBACK);
        for (ServiceDatabase database : ServiceDatabase.values()) {
            all.put(database.passwordVariable(), database.password(environment));
        }
        all.putAll(partEnvironment.getOrDefault(part, Map.of()));
        return all;
    }
}

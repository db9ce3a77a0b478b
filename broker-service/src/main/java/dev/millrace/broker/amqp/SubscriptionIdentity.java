package dev.millrace.broker.amqp;

import dev.millrace.broker.core.SubscriptionRequest;
import java.util.Arrays;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.TerminusDurability;
import org.apache.qpid.proton.amqp.messaging.TerminusExpiryPolicy;

/**
 * Which subscription of a topic a consumer means, in the way of JMS clients: by the link's name up to a {@code |}, and by
 * the container unless the name is for all containers (capability {@code global}).
 *
 * @param name null for a private one
 */
record SubscriptionIdentity(SubscriptionRequest.Kind kind, boolean durable, String name) {

    private static final Symbol SHARED = Symbol.valueOf("shared");
    private static final Symbol GLOBAL = Symbol.valueOf("global");
    private static final char NAME_END = '|';
    private static final String GLOBAL_SUFFIX = "|global";

    /** What a source asks for. */
    static SubscriptionIdentity of(String container, String link, Source source) {
        boolean shared = has(source.getCapabilities(), SHARED);
        boolean durable = TerminusExpiryPolicy.NEVER.equals(source.getExpiryPolicy())
                || (source.getDurable() != null && !TerminusDurability.NONE.equals(source.getDurable()));
        if (!shared && !durable) {
            return new SubscriptionIdentity(SubscriptionRequest.Kind.EXCLUSIVE, false, null);
        }
        return new SubscriptionIdentity(
                shared ? SubscriptionRequest.Kind.SHARED : SubscriptionRequest.Kind.EXCLUSIVE,
                durable,
                name(container, link, shared && has(source.getCapabilities(), GLOBAL)));
    }

    /** What an attach without a source looks for: how JMS clients find a durable subscription to end it. */
    static SubscriptionIdentity lookedUp(String container, String link, Symbol[] desired) {
        return new SubscriptionIdentity(
                SubscriptionRequest.Kind.EXCLUSIVE,
                true,
                name(container, link, has(desired, GLOBAL) || link.contains(GLOBAL_SUFFIX)));
    }

    private static boolean has(Symbol[] capabilities, Symbol capability) {
        return capabilities != null && Arrays.asList(capabilities).contains(capability);
    }

    private static String name(String container, String link, boolean global) {
        int end = link.indexOf(NAME_END);
        String name = end < 0 ? link : link.substring(0, end);
        return global ? name : container.replace("%", "%25").replace(":", "%3A") + ':' + name;
    }
}

package dev.millrace.broker.core;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What an address means: {@code name}, {@code topic::subscription}, either of them with {@code /$deadletterqueue}
 * behind it; {@code /queues/name} and {@code /topics/name} (percent-encoded) for {@code name}.
 *
 * @param node name of the queue or topic
 * @param subscription null if the address names none
 * @param deadLetters whether the dead-letter queue of it is meant
 */
record Address(String node, String subscription, boolean deadLetters, Terminus.Kind kind) {

    static final String DEAD_LETTER_SUFFIX = "/$deadletterqueue";
    static final String SUBSCRIPTION_SEPARATOR = "::";

    static final String TEMPORARY_PREFIX = "$temporary-";

    /** Names are at most this many characters long. */
    static final int MAX_NAME_LENGTH = 255;

    private static final String QUEUES = "/queues/";
    private static final String TOPICS = "/topics/";

    /**
     * @param stated what the peer said of the node's kind beside the address
     * @throws InvalidAddressException with what is wrong with it
     */
    static Address parse(String text, Terminus.Kind stated) {
        if (text.indexOf('?') >= 0) {
            throw new InvalidAddressException("The address '" + text + "' has parameters, which are not supported.");
        }
        Terminus.Kind kind = stated;
        String rest = text;
        boolean deadLetters = rest.endsWith(DEAD_LETTER_SUFFIX);
        if (deadLetters) {
            rest = rest.substring(0, rest.length() - DEAD_LETTER_SUFFIX.length());
        }
        boolean encoded = rest.startsWith(QUEUES) || rest.startsWith(TOPICS);
        if (encoded) {
            kind = rest.startsWith(QUEUES) ? Terminus.Kind.QUEUE : Terminus.Kind.TOPIC;
            rest = rest.substring(QUEUES.length());
        }
        int separator = rest.indexOf(SUBSCRIPTION_SEPARATOR);
        String node = separator < 0 ? rest : rest.substring(0, separator);
        String subscription = separator < 0 ? null : rest.substring(separator + SUBSCRIPTION_SEPARATOR.length());
        if (encoded) {
            node = decode(node, text);
            subscription = subscription == null ? null : decode(subscription, text);
        }
        checkName(node, text);
        if (subscription != null) {
            checkName(subscription, text);
        }
        return new Address(node, subscription, deadLetters, kind);
    }

    private static String decode(String name, String address) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidAddressException("The address '" + address + "' is not percent-encoded as it should be.");
        }
    }

    static void checkName(String name, String address) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new InvalidAddressException("A name in the address '" + abbreviated(address) + "' has "
                    + name.length() + " characters; expected 1 to " + MAX_NAME_LENGTH + ".");
        }
        if (name.contains(SUBSCRIPTION_SEPARATOR)
                || (name.startsWith("$") && !isTemporary(name))
                || name.contains(DEAD_LETTER_SUFFIX)
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidAddressException("The name '" + name + "' in the address '" + abbreviated(address)
                    + "' is not allowed: names have no control characters and no '::', and do not begin with '$'.");
        }
    }

    /** Whether a queue or topic of that name goes with the link that it was made for. */
    static boolean isTemporary(String name) {
        return name.startsWith(TEMPORARY_PREFIX);
    }

    private static String abbreviated(String address) {
        return address.length() <= MAX_NAME_LENGTH ? address : address.substring(0, MAX_NAME_LENGTH) + "…";
    }
}

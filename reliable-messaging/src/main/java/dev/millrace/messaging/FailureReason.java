package dev.millrace.messaging;

import java.util.regex.Pattern;

/**
 * What a failure says of itself to the outside: class and message of the failure and of its causes, in one line that goes
 * with the message to the dead letters and is read there by people who may not see everything. So there is no stack
 * trace in it, and what looks like a secret or like somebody's e-mail address is replaced by {@code ***}.
 */
final class FailureReason {

    /** Keeps the disposition well within one frame, whatever an exception has to say. */
    static final int MAX_CHARS = 500;

    private static final String HIDDEN = "***";
    private static final int MAX_CAUSES = 5;
    private static final int MAX_MESSAGE_CHARS = 2 * MAX_CHARS;

    /** User and password in a URL. */
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s@]{1,200}@");

    /** {@code password=…}, {@code "token": "…"}, {@code Authorization: Bearer …}. */
    private static final Pattern NAMED_SECRET = Pattern.compile(
            "(?i)\\b(passwords?|passwd|pwd|secret|[a-z_-]{0,20}token|api[-_]?key|authorization|credentials?)"
                    + "([\"']?\\s*[=:]\\s*)(\"[^\"]*\"|'[^']*'|(?:bearer|basic)\\s+\\S+|[^\\s,;&)]+)");

    /** A token that is sent along, or a JSON Web Token anywhere. */
    private static final Pattern TOKEN = Pattern.compile("\\bBearer\\s+\\S+|\\beyJ[\\w-]+\\.[\\w-]+(\\.[\\w-]*)?");

    private static final Pattern EMAIL_ADDRESS = Pattern.compile("[\\w.+%-]{1,64}@[\\w-]+(\\.[\\w-]+)+");

    private FailureReason() {}

    /** One line of at most {@value #MAX_CHARS} characters. */
    static String of(Throwable failure) {
        var text = new StringBuilder();
        Throwable current = failure;
        for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
            text.append(depth == 0 ? "" : ", caused by ").append(name(current));
            String message = firstLine(current);
            text.append(message.isEmpty() ? "" : ": ").append(message);
            current = current.getCause();
        }
        String told = withoutSecrets(text.toString());
        return told.length() <= MAX_CHARS ? told : told.substring(0, MAX_CHARS - 1) + "…";
    }

    private static String withoutSecrets(String text) {
        String told = USER_INFO.matcher(text).replaceAll("://" + HIDDEN + "@");
        told = NAMED_SECRET.matcher(told).replaceAll("$1$2" + HIDDEN);
        told = TOKEN.matcher(told).replaceAll(HIDDEN);
        return EMAIL_ADDRESS.matcher(told).replaceAll(HIDDEN);
    }

    /** Without its package; of a class that has no name, what it extends. */
    private static String name(Throwable failure) {
        Class<?> type = failure.getClass();
        while (type.isAnonymousClass()) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    /** Empty if it says no more than that it has its cause, as {@code new RuntimeException(cause)} does. */
    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        Throwable cause = failure.getCause();
        if (message == null || cause != null && message.equals(cause.toString())) {
            return "";
        }
        String line = message.lines().findFirst().orElse("").strip();
        return line.length() <= MAX_MESSAGE_CHARS ? line : line.substring(0, MAX_MESSAGE_CHARS);
    }
}

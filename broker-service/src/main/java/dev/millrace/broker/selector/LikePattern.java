package dev.millrace.broker.selector;

/**
 * A pattern of LIKE: {@code %} stands for any characters, {@code _} for one. After a mismatch only the last {@code %} is
 * tried again, so that the work is at most pattern times text, whatever they are.
 */
final class LikePattern {

    /** Longest text that is looked at, in characters; a longer one matches nothing but a lone {@code %}. */
    private static final int MAX_TEXT = 8 * 1024;

    private static final char ANY = '\uffff';
    private static final char ONE = '\ufffe';

    private final String pattern;

    /** @param escape makes the character after it stand for itself; 0 for none */
    LikePattern(String text, char escape) {
        StringBuilder compiled = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (escape != 0 && next == escape) {
                if (++i == text.length()) {
                    throw new SelectorSyntaxException("The pattern '" + text + "' ends with its escape character.");
                }
                compiled.append(text.charAt(i));
            } else {
                compiled.append(next == '%' ? ANY : next == '_' ? ONE : next);
            }
        }
        pattern = compiled.toString();
    }

    boolean matches(String text) {
        if (pattern.length() == 1 && pattern.charAt(0) == ANY) {
            return true;
        }
        if (text.length() > MAX_TEXT) {
            return false;
        }
        int at = 0;
        int inText = 0;
        int lastAny = -1;
        int textAtAny = 0;
        while (inText < text.length()) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
            if (at < pattern.length() && wanted == ANY) {
                lastAny = at++;
                textAtAny = inText;
            } else if (at < pattern.length() && (wanted == ONE || wanted == text.charAt(inText))) {
                at++;
                inText++;
            } else if (lastAny >= 0) {
                at = lastAny + 1;
                inText = ++textAtAny;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == ANY) {
            at++;
        }
        return at == pattern.length();
    }
}

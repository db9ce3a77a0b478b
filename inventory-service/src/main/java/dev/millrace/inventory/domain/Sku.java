package dev.millrace.inventory.domain;

import java.util.regex.Pattern;

/** Which texts can be the name of a product: 1 to 64 letters, digits, '.', '_' or '-', first a letter or digit. */
public final class Sku {

    /** For annotations. */
    public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    /** What is expected, for people. */
    public static final String EXPECTED = "must be 1 to 64 letters, digits, '.', '_' or '-', first a letter or digit";

    private static final Pattern COMPILED = Pattern.compile(PATTERN);

    private Sku() {}

    /** Whether there can be a product of that name. */
    public static boolean isValid(String text) {
        return text != null && COMPILED.matcher(text).matches();
    }
}

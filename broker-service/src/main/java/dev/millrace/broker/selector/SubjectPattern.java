package dev.millrace.broker.selector;

/**
 * A pattern for subjects, which are words between dots: {@code *} stands for exactly one word, {@code #} for any number
 * of words, none included. After a mismatch only the last {@code #} is tried again.
 */
public final class SubjectPattern {

    /** Longest pattern, in characters. */
    public static final int MAX_LENGTH = 255;

    /** Longest subject that is looked at, in characters; a longer one matches nothing but a lone {@code #}. */
    private static final int MAX_SUBJECT = 1_024;

    private final String[] words;

    private SubjectPattern(String[] words) {
        this.words = words;
    }

    /**
     * @throws SelectorSyntaxException if it is empty, too long, or a wildcard is only part of a word
     */
    public static SubjectPattern parse(String pattern) {
        if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
            throw new SelectorSyntaxException(
                    "A subject pattern has 1 to " + MAX_LENGTH + " characters, not " + pattern.length() + ".");
        }
        String[] words = pattern.split("\\.", -1);
        for (String word : words) {
            if (word.length() != 1 && (word.indexOf('*') >= 0 || word.indexOf('#') >= 0)) {
                throw new SelectorSyntaxException("In the subject pattern '" + pattern + "' the word '" + word
                        + "' is not possible: '*' and '#' stand for whole words between dots.");
            }
        }
        return new SubjectPattern(words);
    }

    /** Whether the subject fits; null, for no subject, fits only {@code #}. */
    public boolean matches(String subject) {
        if (words.length == 1 && words[0].equals("#")) {
            return true;
        }
        return subject != null && subject.length() <= MAX_SUBJECT && matches(subject.split("\\.", -1));
    }

    private boolean matches(String[] subject) {
        int at = 0;
        int inSubject = 0;
        int lastMany = -1;
        int subjectAtMany = 0;
        while (inSubject < subject.length) {
            if (at < words.length && words[at].equals("#")) {
                lastMany = at++;
                subjectAtMany = inSubject;
            } else if (at < words.length && (words[at].equals("*") || words[at].equals(subject[inSubject]))) {
                at++;
                inSubject++;
            } else if (lastMany >= 0) {
                at = lastMany + 1;
                inSubject = ++subjectAtMany;
            } else {
                return false;
            }
        }
        while (at < words.length && words[at].equals("#")) {
            at++;
        }
        return at == words.length;
    }
}

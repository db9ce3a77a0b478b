package dev.millrace.stack.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A search in Mailpit's syntax, as far as we need it: {@code to:}, {@code from:}, {@code subject:} and
 * {@code message-id:} with a word or a {@code "quoted phrase"}, and bare words, which are looked for everywhere. All
 * terms must be found; case does not matter.
 */
public final class MailQuery {
    private static final Pattern TERM =
            Pattern.compile("(?:([a-z-]+):)?(?:\"([^\"]*)\"|(\\S+))", Pattern.CASE_INSENSITIVE);

    private final List<Predicate<CapturedMail>> terms;

    private MailQuery(List<Predicate<CapturedMail>> terms) {
        this.terms = terms;
    }

    /**
     * @param query for example {@code to:ada@example.org subject:"your order"}
     * @throws IllegalArgumentException if it is empty or has a prefix that is not known
     */
    public static MailQuery parse(String query) {
        var terms = new ArrayList<Predicate<CapturedMail>>();
        Matcher matcher = TERM.matcher(query.strip());
        while (matcher.find()) {
            String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            terms.add(term(matcher.group(1), value.toLowerCase(Locale.ROOT)));
        }
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("the query is empty");
        }
        return new MailQuery(terms);
    }

    /** Mails to this address. */
    public static MailQuery to(String address) {
        return new MailQuery(List.of(term("to", address.toLowerCase(Locale.ROOT))));
    }

    boolean matches(CapturedMail mail) {
        return terms.stream().allMatch(term -> term.test(mail));
    }

    private static Predicate<CapturedMail> term(String prefix, String value) {
        return switch (prefix == null ? "" : prefix.toLowerCase(Locale.ROOT)) {
            case "to" -> mail -> contains(recipients(mail), value);
            case "from" -> mail -> contains(Stream.of(mail.from().toString(), mail.returnPath()), value);
            case "subject" -> mail -> contains(Stream.of(mail.subject()), value);
            case "message-id" -> mail -> contains(Stream.of(mail.messageId()), value);
            case "" ->
                mail -> contains(
                        Stream.concat(
                                recipients(mail),
                                Stream.of(mail.from().toString(), mail.subject(), mail.text(), mail.html())),
                        value);
            default ->
                throw new IllegalArgumentException(
                        "\"" + prefix + ":\" is not known; known are to:, from:, subject: and message-id:");
        };
    }

    private static Stream<String> recipients(CapturedMail mail) {
        return Stream.concat(mail.to().stream().map(MailAddress::toString), mail.envelopeRecipients().stream());
    }

    private static boolean contains(Stream<String> texts, String value) {
        return texts.anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(value));
    }
}

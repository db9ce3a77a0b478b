package dev.millrace.broker.core;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * An address and the parameters behind its question mark: {@code offset} (earliest, latest, an offset, or a time as
 * epoch milliseconds behind an {@code @}) and {@code subject}, a pattern in which {@code #} is written as it is.
 *
 * @param from null if not given
 * @param subject null if not given
 */
record AddressParameters(String address, StartAt from, String subject) {

    /**
     * @throws Destinations.Refusal if there is another parameter, or a value that makes no sense
     */
    static AddressParameters of(String text) {
        int mark = text.indexOf('?');
        if (mark < 0) {
            return new AddressParameters(text, null, null);
        }
        StartAt from = null;
        String subject = null;
        for (String parameter : text.substring(mark + 1).split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = decoded(parameter.substring(equals + 1), text);
            switch (name) {
                case "offset" -> from = start(value);
                case "subject" -> subject = value;
                default ->
                    throw invalid("The address has a parameter '" + name + "'; known are 'offset' and 'subject'.");
            }
        }
        return new AddressParameters(text.substring(0, mark), from, subject);
    }

    private static String decoded(String value, String address) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("The parameters of '" + address + "' are not percent-encoded as they should be.");
        }
    }

    private static StartAt start(String value) {
        try {
            return StartTexts.parse(value);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    private static Destinations.Refusal invalid(String what) {
        return new Destinations.Refusal(BrokerError.Code.INVALID_FIELD, what);
    }
}

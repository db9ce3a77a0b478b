package dev.millrace.stack.mail;

import com.icegreen.greenmail.mail.MovingMessage;
import jakarta.mail.Address;
import jakarta.mail.BodyPart;
import jakarta.mail.Header;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes a {@link CapturedMail} of what came over SMTP. */
final class MailParser {
    private static final MailAddress NOBODY = new MailAddress("", "");

    private MailParser() {}

    static CapturedMail parse(MovingMessage delivery, Instant receivedAt) throws MessagingException {
        MimeMessage message = delivery.getMessage();
        List<MailAddress> from = addresses(message.getFrom());
        return new CapturedMail(
                UUID.randomUUID().toString(),
                orEmpty(message.getMessageID()).replaceAll("^<|>$", ""),
                from.isEmpty() ? NOBODY : from.getFirst(),
                addresses(message.getRecipients(RecipientType.TO)),
                addresses(message.getRecipients(RecipientType.CC)),
                addresses(message.getReplyTo()),
                delivery.getReturnPath() == null
                        ? ""
                        : orEmpty(delivery.getReturnPath().getEmail()),
                delivery.getToAddresses().stream()
                        .map(com.icegreen.greenmail.mail.MailAddress::getEmail)
                        .toList(),
                orEmpty(message.getSubject()),
                receivedAt,
                message.getSize(),
                text(message, "text/plain"),
                text(message, "text/html"),
                headers(message));
    }

    private static Map<String, List<String>> headers(MimeMessage message) throws MessagingException {
        var headers = new LinkedHashMap<String, List<String>>();
        for (Header header : Collections.list(message.getAllHeaders())) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>()).add(header.getValue());
        }
        return headers;
    }

    private static List<MailAddress> addresses(Address[] addresses) {
        return addresses == null
                ? List.of()
                : Stream.of(addresses).map(MailParser::address).toList();
    }

    private static MailAddress address(Address address) {
        return address instanceof InternetAddress internet
                ? new MailAddress(orEmpty(internet.getPersonal()), orEmpty(internet.getAddress()))
                : new MailAddress("", address.toString());
    }

    /** The first part of this type, depth first; empty if there is none. */
    private static String text(Part part, String type) throws MessagingException {
        try {
            if (part.isMimeType(type) && part.getContent() instanceof String text) {
                return text;
            }
            if (part.getContent() instanceof Multipart multipart) {
                for (int i = 0; i < multipart.getCount(); i++) {
                    BodyPart inner = multipart.getBodyPart(i);
                    String found = text(inner, type);
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("a mail's body cannot be decoded", e);
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}

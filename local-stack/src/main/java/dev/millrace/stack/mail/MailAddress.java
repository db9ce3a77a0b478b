package dev.millrace.stack.mail;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One address of a mail.
 *
 * @param name may be empty
 * @param address {@code local@domain}
 */
public record MailAddress(
        @JsonProperty("Name") String name,
        @JsonProperty("Address") String address) {

    /** {@code Name <address>}, or the address alone. */
    @Override
    public String toString() {
        return name.isEmpty() ? address : name + " <" + address + ">";
    }
}

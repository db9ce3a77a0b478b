package dev.millrace.broker.http;

import io.vertx.core.http.HttpServerRequest;

/** Who makes a call, for the audit log. */
final class Actor {

    private static final int MAX_LENGTH = 200;

    private Actor() {}

    /**
     * What the header {@code From} (RFC 9110, section 10.1.2) says, else the address that the call comes from. Nobody
     * proves who they are here; a proxy that lets people in can set the header.
     */
    static String of(HttpServerRequest request) {
        String from = request.getHeader("From");
        String name = from == null || from.isBlank() ? request.remoteAddress().hostAddress() : from.strip();
        return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH);
    }
}

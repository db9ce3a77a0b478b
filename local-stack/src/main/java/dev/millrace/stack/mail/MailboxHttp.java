package dev.millrace.stack.mail;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The mailbox over HTTP: {@link MailboxPages} for people under {@code /}, {@link MailboxApi} under {@code /api/v1}. */
final class MailboxHttp implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor;
    private final MailboxApi api;
    private final MailboxPages pages;
    private final URI baseUrl;

    MailboxHttp(Mailbox mailbox, String host, int port) {
        this.api = new MailboxApi(mailbox);
        this.pages = new MailboxPages(mailbox);
        this.baseUrl = URI.create("http://" + host + ":" + port);
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
        try {
            this.server = HttpServer.create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, pages::answer));
        server.createContext("/api/v1/", exchange -> answer(exchange, api::answer));
        server.createContext("/readyz", exchange -> answer(exchange, request -> MailboxAnswer.text("ok")));
        server.createContext("/livez", exchange -> answer(exchange, request -> MailboxAnswer.text("ok")));
    }

    void start() {
        try {
            server.bind(new InetSocketAddress(baseUrl.getHost(), baseUrl.getPort()), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + baseUrl.getPort() + ": " + e.getMessage(), e);
        }
        server.start();
    }

    URI baseUrl() {
        return baseUrl;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }

    private static void answer(HttpExchange exchange, MailboxAnswer.Source source) throws IOException {
        try (exchange) {
            MailboxAnswer answer = source.answer(MailboxRequest.of(exchange));
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.system.AmqpEndpoint;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client in another language: a process that is told what to do by one line of JSON on its stdin, {@code {"do":
 * "receive","link":"r","count":1}}, and answers by one line on its stdout, {@code {"ok":{…}}} or {@code {"failed":"why"}}.
 * What it says on stderr goes to ours.
 */
final class ScriptClient implements Client {
    /** Longer than the scripts' own limits. */
    private static final long ANSWER_SECONDS = 30;

    private static final long EXIT_SECONDS = 10;

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    ScriptClient(ProcessBuilder builder, AmqpEndpoint broker) {
        try {
            process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::readAnswers);
        ObjectNode connect = command("connect").put("host", broker.host()).put("port", broker.port());
        if (broker.user() != null) {
            connect.put("user", broker.user()).put("password", broker.password());
        }
        try {
            tell(connect);
        } catch (RuntimeException | AssertionError e) {
            end();
            throw e;
        }
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // It is gone; whoever waits for an answer will say so.
        }
        answers.add("{\"failed\":\"the script has ended\"}");
    }

    private static ObjectNode command(String what) {
        return HttpJson.JSON.createObjectNode().put("do", what);
    }

    private static ObjectNode command(String what, String link) {
        return command(what).put("link", link);
    }

    private JsonNode tell(ObjectNode command) {
        try {
            commands.write(command.toString());
            commands.newLine();
            commands.flush();
            String line = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no answer to " + command.get("do"));
            }
            JsonNode answer = HttpJson.JSON.readTree(line);
            if (answer.has("failed")) {
                throw new IllegalStateException("%s: %s%n%s"
                        .formatted(
                                command.get("do"),
                                answer.get("failed").asText(),
                                answer.path("at").asText()));
            }
            return answer.get("ok");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void openSender(String link, String address) {
        ObjectNode command = command("sender", link);
        if (address != null) {
            command.put("address", address);
        }
        tell(command);
    }

    @Override
    public byte[] send(String link, JsonNode message) {
        ObjectNode command = command("send", link);
        command.set("message", message);
        return HexFormat.of().parseHex(tell(command).get("encoded").asText());
    }

    @Override
    public String openReceiver(String link, String address, int credit) {
        ObjectNode command = command("receiver", link).put("credit", credit);
        if (address != null) {
            command.put("address", address);
        }
        return tell(command).get("address").asText();
    }

    @Override
    public List<Received> receive(String link, int count) {
        var received = new ArrayList<Received>();
        for (JsonNode each : tell(command("receive", link).put("count", count)).get("messages")) {
            byte[] encoded = HexFormat.of().parseHex(each.get("encoded").asText());
            received.add(new Received(each.get("id").asInt(), encoded, each.get("message")));
        }
        return received;
    }

    @Override
    public void settle(String link, List<Integer> ids, Settlement outcome) {
        ObjectNode command = command("settle", link).put("outcome", outcome.name());
        ids.forEach(command.putArray("ids")::add);
        tell(command);
    }

    @Override
    public int drain(String link) {
        return tell(command("drain", link)).get("waiting").asInt();
    }

    @Override
    public void addCredit(String link, int credit) {
        tell(command("credit", link).put("credit", credit));
    }

    @Override
    public void end(String link) {
        tell(command("end", link));
    }

    @Override
    public void begin() {
        tell(command("begin"));
    }

    @Override
    public void commit() {
        tell(command("commit"));
    }

    @Override
    public void rollback() {
        tell(command("rollback"));
    }

    @Override
    public void close() {
        try {
            tell(command("close"));
        } finally {
            end();
        }
    }

    private void end() {
        try {
            commands.close(); // upon which it ends by itself
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

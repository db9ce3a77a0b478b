package dev.millrace.broker.amqp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.SaslListener;
import org.apache.qpid.proton.engine.Transport;

/**
 * Decides who may come in. Without users: ANONYMOUS and PLAIN with any name. With users: PLAIN, with a name and password
 * that match.
 */
final class SaslNegotiation implements SaslListener {

    private static final String PLAIN = "PLAIN";
    private static final String ANONYMOUS = "ANONYMOUS";
    private static final byte[] NOBODYS_PASSWORD = new byte[16];

    private final Map<String, String> users;
    private boolean challenged;
    private boolean failed;

    SaslNegotiation(Map<String, String> users) {
        this.users = users;
    }

    void offer(Sasl sasl) {
        sasl.server();
        sasl.allowSkip(users.isEmpty());
        sasl.setListener(this);
        if (users.isEmpty()) {
            sasl.setMechanisms(ANONYMOUS, PLAIN);
        } else {
            sasl.setMechanisms(PLAIN);
        }
    }

    boolean hasFailed() {
        return failed;
    }

    @Override
    public void onSaslInit(Sasl sasl, Transport transport) {
        String[] chosen = sasl.getRemoteMechanisms();
        String mechanism = chosen.length == 0 ? "" : chosen[0];
        if (mechanism.equals(PLAIN)) {
            plain(sasl);
        } else {
            finish(sasl, mechanism.equals(ANONYMOUS) && users.isEmpty());
        }
    }

    @Override
    public void onSaslResponse(Sasl sasl, Transport transport) {
        plain(sasl);
    }

    private void plain(Sasl sasl) {
        byte[] response = new byte[Math.max(0, sasl.pending())];
        sasl.recv(response, 0, response.length);
        if (response.length == 0 && !challenged) {
            // The client waits to be asked (RFC 4422, section 5).
            challenged = true;
            sasl.send(response, 0, 0);
        } else {
            finish(sasl, matches(response));
        }
    }

    /** {@code [authorization identity] NUL name NUL password} (RFC 4616). */
    private boolean matches(byte[] response) {
        int first = indexOfNul(response, 0);
        int second = first < 0 ? -1 : indexOfNul(response, first + 1);
        if (second < 0) {
            return false;
        }
        if (users.isEmpty()) {
            return true;
        }
        String name = new String(response, first + 1, second - first - 1, StandardCharsets.UTF_8);
        byte[] given = Arrays.copyOfRange(response, second + 1, response.length);
        String password = users.get(name);
        // An unknown name costs the same comparison, so that time does not tell which names exist.
        byte[] expected = password == null ? NOBODYS_PASSWORD : password.getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given) & password != null;
    }

    private static int indexOfNul(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private void finish(Sasl sasl, boolean success) {
        failed = !success;
        sasl.done(success ? Sasl.PN_SASL_OK : Sasl.PN_SASL_AUTH);
    }

    @Override
    public void onSaslMechanisms(Sasl sasl, Transport transport) {
        throw new ProtocolViolationException(AmqpErrors.NOT_ALLOWED, "the server offers the mechanisms");
    }

    @Override
    public void onSaslChallenge(Sasl sasl, Transport transport) {
        throw new ProtocolViolationException(AmqpErrors.NOT_ALLOWED, "the server asks the questions");
    }

    @Override
    public void onSaslOutcome(Sasl sasl, Transport transport) {
        throw new ProtocolViolationException(AmqpErrors.NOT_ALLOWED, "the server decides the outcome");
    }
}

package dev.millrace.e2e.system;

/**
 * Where the broker speaks AMQP, and as whom to come.
 *
 * @param user null: SASL ANONYMOUS
 */
public record AmqpEndpoint(String host, int port, String user, String password) {

    static AmqpEndpoint of(String hostAndPort, String user, String password) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected host:port, got " + hostAndPort);
        }
        return new AmqpEndpoint(
                hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)), user, password);
    }
}

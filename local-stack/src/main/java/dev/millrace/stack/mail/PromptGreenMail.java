package dev.millrace.stack.mail;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;

/**
 * GreenMail's SMTP server without its pauses. GreenMail writes each reply in two pieces, and Nagle's algorithm holds the
 * second back until the client has acknowledged the first, which clients delay: 44 ms per command, a quarter of a second
 * per mail.
 */
final class PromptGreenMail extends GreenMail {

    PromptGreenMail(ServerSetup smtp) {
        super(smtp);
    }

    @Override
    protected Map<String, AbstractServer> createServices(ServerSetup[] setups, Managers managers) {
        return Map.of(setups[0].getProtocol(), new PromptSmtpServer(setups[0], managers));
    }

    private static final class PromptSmtpServer extends SmtpServer {

        PromptSmtpServer(ServerSetup setup, Managers managers) {
            super(setup, managers);
        }

        @Override
        protected ProtocolHandler createProtocolHandler(Socket client) {
            try {
                client.setTcpNoDelay(true);
            } catch (SocketException e) {
                log.debug("a client was gone before it was served", e);
            }
            return super.createProtocolHandler(client);
        }
    }
}

package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One connection of one client library, as blocking calls. Links have names that the test chooses. Each call waits for
 * the broker's answer where there is one, with a limit, and fails with what the broker said. For one thread.
 */
interface Client extends AutoCloseable {

    /**
     * Opens a link to send on.
     *
     * @param address null: each message says in {@code to} where it goes
     */
    void openSender(String link, String address);

    /**
     * Sends, and waits for {@code accepted}; in a transaction for its promise.
     *
     * @param message as {@link MessageNotation} writes it
     * @return the message as this client has encoded it; null if it does not tell
     */
    byte[] send(String link, JsonNode message);

    /**
     * Opens a link to receive on.
     *
     * @param address null: the broker makes a node that goes with the link
     * @param credit deliveries that may come, as a whole
     * @return the address that the broker attached
     */
    String openReceiver(String link, String address, int credit);

    /** Waits for so many messages and takes them. */
    List<Received> receive(String link, int count);

    /** Settles deliveries, all of them at once as far as this client can. In a transaction only ACCEPTED. */
    void settle(String link, List<Integer> ids, Settlement outcome);

    /** Gives the broker the rest of the credit back; answers how many messages wait to be taken then. */
    int drain(String link);

    /** Lets so many more deliveries come. */
    void addCredit(String link, int credit);

    /** Closes a link. */
    void end(String link);

    /** Begins a transaction: what links opened after it send and settle belongs to it. */
    void begin();

    void commit();

    void rollback();

    @Override
    void close();

    /** What becomes of a delivery. */
    enum Settlement {
        ACCEPTED,
        RELEASED,
        /** {@code modified} with {@code delivery-failed}. */
        FAILED,
        /** {@code modified} with {@code delivery-failed} and {@code undeliverable-here}. */
        UNDELIVERABLE,
        /** With the condition {@code test:rejected}, where the client lets its users say one. */
        REJECTED
    }

    /**
     * A message that was delivered.
     *
     * @param id names it in {@link #settle}
     * @param encoded its bytes as they came; null if the client does not show them
     * @param message as the client's users see it
     */
    record Received(int id, byte[] encoded, JsonNode message) {

        /** Failed attempts before this delivery. */
        long deliveryCount() {
            return message.at("/header/delivery-count/1").asLong();
        }

        /** Its body, where that is one string. */
        String text() {
            return message.at("/body/0/value/1").asText();
        }
    }
}

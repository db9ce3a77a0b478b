package dev.millrace.e2e.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/** Bodies of {@code POST /orders}. */
public final class OrderRequest {
    private final ObjectNode body = JsonNodeFactory.instance.objectNode();

    private OrderRequest(String name, String email) {
        body.putObject("customer").put("name", name).put("email", email);
        body.putArray("lines");
    }

    /** An order without lines by a customer whom no other test knows. */
    public static OrderRequest byNewCustomer() {
        return by("customer-" + UUID.randomUUID() + "@example.org");
    }

    /** An order without lines. */
    public static OrderRequest by(String email) {
        return new OrderRequest("Ada Lovelace", email);
    }

    /** One line more. */
    public OrderRequest line(String sku, int quantity) {
        body.withArray("lines").addObject().put("sku", sku).put("quantity", quantity);
        return this;
    }

    /** Where the mails go. */
    public String email() {
        return body.path("customer").path("email").asText();
    }

    /** The body, to be changed by who wants a bad one. */
    public ObjectNode json() {
        return body;
    }
}

package dev.millrace.e2e;

import static dev.millrace.e2e.Problems.assertFieldProblem;
import static dev.millrace.e2e.Problems.assertProblem;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every wrong request that the interface names, and its near relations: the right status, as problem+json. */
@EndToEndTest
class BadInputTest {
    private static final String UNKNOWN = UUID.randomUUID().toString();
    private static final String CUP = "espresso-cup";

    private final Millrace system;

    BadInputTest(Millrace system) {
        this.system = system;
    }

    @TestFactory
    Stream<DynamicTest> wrongFieldsOfAnOrder() {
        return Stream.of(
                order("unknown sku", "lines[0].sku", body -> line(body).put("sku", "no-such-product")),
                order("no sku", "lines[0].sku", body -> line(body).remove("sku")),
                order("quantity 0", "lines[0].quantity", body -> line(body).put("quantity", 0)),
                order("quantity -1", "lines[0].quantity", body -> line(body).put("quantity", -1)),
                order("quantity 1001", "lines[0].quantity", body -> line(body).put("quantity", 1001)),
                order("quantity 1.5", "quantity", body -> line(body).put("quantity", 1.5)),
                order("quantity two", "quantity", body -> line(body).put("quantity", "two")),
                order("no quantity", "lines[0].quantity", body -> line(body).remove("quantity")),
                order("no lines", "lines", body -> body.putArray("lines")),
                order("lines missing", "lines", body -> body.remove("lines")),
                order("101 lines", "lines", BadInputTest::put101Lines),
                order("bad e-mail", "customer.email", body -> customer(body).put("email", "ada at example")),
                order("empty e-mail", "customer.email", body -> customer(body).put("email", "")),
                order("no e-mail", "customer.email", body -> customer(body).remove("email")),
                order("empty name", "customer.name", body -> customer(body).put("name", " ")),
                order("no customer", "customer", body -> body.remove("customer")));
    }

    @Test
    void anOrderOf100LinesAndOf1000UnitsIsTaken() {
        String sku = system.inventory().newProduct("1.00", 0);
        var request = OrderRequest.byNewCustomer();
        IntStream.range(0, 100).forEach(i -> request.line(sku, 1000));
        system.orders().placed(request);
    }

    @Test
    void anOrderWithoutAKeyIsRefused() {
        HttpJson http = system.http(Part.ORDER);
        assertProblem(
                400,
                http.send(
                        "POST",
                        "/orders",
                        OrderRequest.byNewCustomer().line(CUP, 1).json()));
        assertProblem(
                400, system.orders().place(" ", OrderRequest.byNewCustomer().line(CUP, 1)));
    }

    @TestFactory
    Stream<DynamicTest> bodiesThatAreNoOrder() {
        return Stream.of("", "{", "[]", "null", "\"order\"", "{\"lines\":")
                .map(text -> test("order-service <- " + text, () -> {
                    var key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
                    assertProblem(400, system.http(Part.ORDER).send("POST", "/orders", text, "application/json", key));
                }));
    }

    @TestFactory
    Stream<DynamicTest> orderService() {
        return Stream.of(
                get(404, Part.ORDER, "/orders/" + UNKNOWN),
                get(404, Part.ORDER, "/orders/" + UNKNOWN + "/events"),
                get(400, Part.ORDER, "/orders/not-a-uuid"),
                get(400, Part.ORDER, "/orders?status=SHIPPED"),
                get(400, Part.ORDER, "/orders?limit=0"),
                get(400, Part.ORDER, "/orders?limit=many"),
                get(400, Part.ORDER, "/orders?before=yesterday"),
                get(404, Part.ORDER, "/nothing-here"),
                send(405, Part.ORDER, "DELETE", "/orders", "{}"),
                test("415 order-service POST /orders as text", () -> {
                    var key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
                    assertProblem(415, system.http(Part.ORDER).send("POST", "/orders", "{}", "text/plain", key));
                }));
    }

    @TestFactory
    Stream<DynamicTest> inventoryService() {
        return Stream.of(
                get(404, Part.INVENTORY, "/products/no-such-product"),
                get(404, Part.INVENTORY, "/reservations/" + UNKNOWN),
                get(400, Part.INVENTORY, "/reservations/not-a-uuid"),
                get(404, Part.INVENTORY, "/nothing-here"),
                send(404, Part.INVENTORY, "POST", "/products/no-such-product/stock", "{\"delta\":1}"),
                send(400, Part.INVENTORY, "POST", "/products/espresso-cup/stock", "{}"),
                send(400, Part.INVENTORY, "POST", "/products/espresso-cup/stock", "{\"delta\":1.5}"),
                send(400, Part.INVENTORY, "POST", "/products/espresso-cup/stock", "{\"delta\":\"many\"}"),
                send(400, Part.INVENTORY, "POST", "/products/espresso-cup/stock", "{"),
                send(409, Part.INVENTORY, "POST", "/products/last-one/stock", "{\"delta\":-1000}"),
                send(400, Part.INVENTORY, "PUT", "/products/new", "{}"),
                send(400, Part.INVENTORY, "PUT", "/products/new", product("", "1.00", "EUR")),
                send(400, Part.INVENTORY, "PUT", "/products/new", product("New", "-1.00", "EUR")),
                send(400, Part.INVENTORY, "PUT", "/products/new", product("New", "cheap", "EUR")),
                send(400, Part.INVENTORY, "PUT", "/products/new", product("New", "1.00", "Euro")),
                send(400, Part.INVENTORY, "PUT", "/products/a%20b", product("New", "1.00", "EUR")),
                send(405, Part.INVENTORY, "DELETE", "/products", "{}"));
    }

    @TestFactory
    Stream<DynamicTest> notificationServiceRelayAndBroker() {
        return Stream.of(
                get(400, Part.NOTIFICATION, "/notifications?orderId=not-a-uuid"),
                get(404, Part.NOTIFICATION, "/nothing-here"),
                send(405, Part.NOTIFICATION, "DELETE", "/notifications", "{}"),
                send(404, Part.RELAY, "POST", "/relay/no-such-source/pause", "{}"),
                send(404, Part.RELAY, "POST", "/relay/no-such-source/resume", "{}"),
                get(404, Part.RELAY, "/nothing-here"),
                send(405, Part.RELAY, "DELETE", "/relay", "{}"),
                get(404, Part.BROKER, "/api/nothing-here"));
    }

    private DynamicTest order(String what, String field, Consumer<ObjectNode> spoil) {
        return test("400 order with " + what, () -> {
            ObjectNode body = OrderRequest.byNewCustomer().line(CUP, 1).json();
            spoil.accept(body);
            assertFieldProblem(
                    400, field, system.orders().place(UUID.randomUUID().toString(), body));
        });
    }

    private DynamicTest get(int status, Part part, String path) {
        return problem(status, part, "GET " + path, http -> http.get(path));
    }

    private DynamicTest send(int status, Part part, String method, String path, String body) {
        return problem(
                status,
                part,
                "%s %s %s".formatted(method, path, body),
                http -> http.send(method, path, body, "application/json", Map.of()));
    }

    private DynamicTest problem(int status, Part part, String what, Function<HttpJson, Answer> request) {
        return test(
                "%d %s %s".formatted(status, part.id(), what),
                () -> assertProblem(status, request.apply(system.http(part))));
    }

    private static DynamicTest test(String name, Runnable test) {
        return DynamicTest.dynamicTest(name, test::run);
    }

    private static ObjectNode line(ObjectNode body) {
        return (ObjectNode) body.path("lines").path(0);
    }

    private static ObjectNode customer(ObjectNode body) {
        return (ObjectNode) body.path("customer");
    }

    private static void put101Lines(ObjectNode body) {
        ArrayNode lines = body.putArray("lines");
        IntStream.range(0, 101).forEach(i -> lines.addObject().put("sku", CUP).put("quantity", 1));
    }

    private static String product(String name, String unitPrice, String currency) {
        return HttpJson.JSON
                .createObjectNode()
                .put("name", name)
                .put("unitPrice", unitPrice)
                .put("currency", currency)
                .toString();
    }
}

package dev.millrace.order.web;

import static dev.millrace.order.Requests.CUP;
import static dev.millrace.order.Requests.body;
import static dev.millrace.order.Requests.placed;
import static dev.millrace.order.Requests.post;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.millrace.order.OrderStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request, the answer says so as a problem and says nothing about the inside. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class BadRequestsTest {

    private final String key = UUID.randomUUID().toString();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"sku":"test-cup","quantity":0}      | lines[0].quantity
            {"sku":"test-cup","quantity":-1}     | lines[0].quantity
            {"sku":"test-cup","quantity":1001}   | lines[0].quantity
            {"sku":"test-cup","quantity":1.5}    | lines[0].quantity
            {"sku":"test-cup","quantity":"1"}    | lines[0].quantity
            {"sku":"test-cup","quantity":true}   | lines[0].quantity
            {"sku":"test-cup","quantity":1e10}   | lines[0].quantity
            {"sku":"test-cup","quantity":99999999999} | lines[0].quantity
            {"sku":"test-cup","quantity":null}   | lines[0].quantity
            {"sku":"test-cup"}                   | lines[0].quantity
            {"quantity":1}                       | lines[0].sku
            {"sku":"","quantity":1}              | lines[0].sku
            {"sku":17,"quantity":1}              | lines[0].sku
            {"sku":"a\\u0000b","quantity":1}     | lines[0].sku
            {"sku":"no-such-thing","quantity":1} | lines[0].sku
            null                                 | lines[0]
            "espresso-cup"                       | lines[0]
            {"sku":"test-cup","quantity":1},{"sku":"test-dollar-pot","quantity":1} | lines[1].sku
            """)
    void aWrongLineIsNamed(String lines, String field) {
        assertWrong(field, post(key, body(lines)));
    }

    @Test
    void aQuantityMayBeOneToAThousand() {
        post(key, body(CUP, 1)).then().statusCode(201);
        post(UUID.randomUUID().toString(), body(CUP, 1_000)).then().statusCode(201);
    }

    @Test
    void thereAreOneToAHundredLines() {
        assertWrong("lines", post(key, body("")));
        String line = "{\"sku\":\"test-cup\",\"quantity\":1}";
        assertWrong("lines", post(key, body(String.join(",", Collections.nCopies(101, line)))));
        post(key, body(String.join(",", Collections.nCopies(100, line)))).then().statusCode(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "ada",
                "ada@",
                "@example.org",
                "ada@exa mple.org",
                "ada@example.org\\nBcc: x@example.org"
            })
    void aBadAddressIsNamed(String email) {
        assertWrong("customer.email", post(key, customer("{\"name\":\"Ada\",\"email\":\"" + email + "\"}")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"Ada"}                                 | customer.email
            {"email":"ada@example.org"}                    | customer.name
            {"name":" ","email":"ada@example.org"}         | customer.name
            {"name":"A\\u0000","email":"ada@example.org"}  | customer.name
            {"name":["Ada"],"email":"ada@example.org"}     | customer.name
            null                                           | customer
            "Ada"                                          | customer
            """)
    void aBadCustomerIsNamed(String customer, String field) {
        assertWrong(field, post(key, customer(customer)));
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        post(key, "{\"customer\":{\"name\":\"\",\"email\":\"x\"},\"lines\":[{\"sku\":\"\",\"quantity\":0}]}")
                .then()
                .statusCode(400)
                .body("errors.field", hasItems("customer.name", "customer.email", "lines[0].sku", "lines[0].quantity"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "not json", "[]", "17", "\"text\"", "null", "{\"customer\":"})
    void aBodyThatIsNoOrderIsAProblem(String body) {
        assertWrong("body", post(key, body));
    }

    @Test
    void theKeyIsRequired() {
        assertWrong(
                "Idempotency-Key",
                given().contentType(ContentType.JSON).body(body(CUP, 1)).post("/orders"));
        assertWrong("Idempotency-Key", post(" ", body(CUP, 1)));
        assertWrong("Idempotency-Key", post("x".repeat(256), body(CUP, 1)));
        post(key + "x".repeat(255 - key.length()), body(CUP, 1)).then().statusCode(201);
    }

    @Test
    void textBeyondAsciiIsText() {
        post(key, customer("{\"name\":\"Čapek 🤖 \\ud800\",\"email\":\"ada@example.org\"}"))
                .then()
                .statusCode(201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /orders?limit=0            | limit
            /orders?limit=1001         | limit
            /orders?limit=ten          | limit
            /orders?status=SHIPPED     | status
            /orders?status=pending     | status
            /orders?before=yesterday   | before
            /orders/17                 | id
            /orders/0-0-0-0-0          | id
            /orders/17/events          | id
            """)
    void aBadParameterIsNamed(String path, String parameter) {
        assertWrong(parameter, given().get(path));
    }

    @Test
    void aBadIdCannotBeCancelled() {
        assertWrong("id", given().post("/orders/17/cancellation"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /orders/0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6",
        "POST, /orders/0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6/cancellation",
        "GET, /orders/0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6/events"
    })
    void anUnknownOrderIsNotFound(String method, String path) {
        assertProblem(404, given().request(method, path))
                .body("type", equalTo("urn:millrace:problem:order-not-found"))
                .body("errors", nullValue());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, 404",
        "GET, /orders/a/b/c, 404",
        "DELETE, /orders, 405",
        "PUT, /orders/0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6, 405"
    })
    void whatIsNotThereIsAProblem(String method, String path, int status) {
        assertProblem(status, given().request(method, path));
    }

    @Test
    void anotherContentTypeIsRefused() {
        assertProblem(
                415,
                given().contentType("text/xml")
                        .header("Idempotency-Key", key)
                        .body("<order/>")
                        .post("/orders"));
    }

    @Test
    void anotherRepresentationIsNotAcceptable() {
        assertProblem(406, given().accept("text/html").get("/orders/" + placed()));
    }

    @Test
    void aHugeBodyIsRefused() {
        assertProblem(413, post(key, body("x".repeat(300_000), 1)));
    }

    private static String customer(String customer) {
        return "{\"customer\":" + customer + ",\"lines\":[{\"sku\":\"test-cup\",\"quantity\":1}]}";
    }

    private static void assertWrong(String field, Response response) {
        assertProblem(400, response)
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("errors.field", hasItem(field))
                .body("errors.message", not(hasItem(nullValue())));
    }

    private static ValidatableResponse assertProblem(int status, Response response) {
        return response.then()
                .statusCode(status)
                .contentType(Problem.MEDIA_TYPE)
                .body("status", equalTo(status))
                .body("type", notNullValue())
                .body("title", notNullValue())
                .body("detail", notNullValue())
                .body(not(containsString("Exception")))
                .body(not(containsString("dev.millrace")));
    }
}

package dev.millrace.order;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.UUID;

/** Calls of the HTTP interface that many tests make. */
public final class Requests {

    /** In the catalogue of every test, see {@link TestCatalogue}. */
    public static final String CUP = "test-cup";

    private Requests() {}

    /** A body with one line. */
    public static String body(String sku, int quantity) {
        return body("{\"sku\":\"%s\",\"quantity\":%d}".formatted(sku, quantity));
    }

    /** A body with these lines. */
    public static String body(String lines) {
        return """
                {"customer":{"name":"Ada Lovelace","email":"ada@example.org"},"lines":[%s]}
                """.formatted(lines);
    }

    /** Posts an order. */
    public static Response post(String idempotencyKey, String body) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", idempotencyKey)
                .body(body)
                .post("/orders");
    }

    /** Places an order of one cup and returns its id. */
    public static UUID placed() {
        return placed(CUP, 1);
    }

    /** Places an order and returns its id. */
    public static UUID placed(String sku, int quantity) {
        return UUID.fromString(post(UUID.randomUUID().toString(), body(sku, quantity))
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    }

    /** The order's status now. */
    public static String status(UUID orderId) {
        return given().get("/orders/" + orderId)
                .then()
                .statusCode(200)
                .extract()
                .path("status");
    }
}

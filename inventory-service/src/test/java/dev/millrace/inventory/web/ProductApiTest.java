package dev.millrace.inventory.web;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.inventory.InventoryStack;
import dev.millrace.inventory.ProducedEvents;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
class ProductApiTest {

    private static final String CUP = """
            {"name":"Cup","unitPrice":"5.5","currency":"EUR","onHand":10}""";

    @Inject
    ProducedEvents produced;

    @Test
    void theFirstStartHasSeededACatalogueInTheOrderOfTheSkus() {
        List<String> skus =
                when().get("/products").then().statusCode(200).extract().path("sku");
        assertEquals(skus.stream().sorted().toList(), skus);
        when().get("/products")
                .then()
                .body("size()", greaterThanOrEqualTo(10))
                .body("sku", hasItems("espresso-cup", "last-one"))
                .body("unitPrice", everyItem(matchesPattern("\\d+\\.\\d\\d")));
        when().get("/products/espresso-cup").then().statusCode(200).body("onHand", greaterThanOrEqualTo(1000));
    }

    @Test
    void everySeedWasPublished() throws Exception {
        var events = produced.of("milk-jug");

        assertEquals(1, events.size());
        assertEquals("products", events.getFirst().destination());
        assertEquals("product.changed", events.getFirst().type());
        assertEquals("/inventory-service", events.getFirst().source());
        assertEquals("14.90", events.getFirst().data().get("unitPrice").asText());
        assertEquals(1, events.getFirst().data().get("version").asInt());
    }

    @Test
    void aPutCreatesAndTheNextOneChanges() throws Exception {
        put("put-1", CUP)
                .statusCode(201)
                .header("Location", containsString("/products/put-1"))
                .body("sku", equalTo("put-1"))
                .body("name", equalTo("Cup"))
                .body("unitPrice", equalTo("5.50"))
                .body("currency", equalTo("EUR"))
                .body("onHand", equalTo(10))
                .body("reserved", equalTo(0))
                .body("available", equalTo(10));
        put("put-1", """
                {"name":"Mug","unitPrice":"6.25","currency":"EUR"}""").statusCode(200).body("name", equalTo("Mug")).body("onHand", equalTo(10));
        when().get("/products/put-1").then().statusCode(200).body("unitPrice", equalTo("6.25"));

        var events = produced.of("put-1");
        assertEquals(2, events.size());
        assertEquals("Cup", events.get(0).data().get("name").asText());
        assertEquals(2, events.get(1).data().get("version").asInt());
        assertEquals("6.25", events.get(1).data().get("unitPrice").asText());
    }

    @Test
    void stockIsAddedAndTakenButNeverBelowZero() {
        put("stock-1", CUP).statusCode(201);

        stock("stock-1", "{\"delta\":5}").statusCode(200).body("onHand", equalTo(15));
        stock("stock-1", "{\"delta\":-15}").statusCode(200).body("available", equalTo(0));
        problem(stock("stock-1", "{\"delta\":-1}"), 409).body("type", equalTo("urn:millrace:problem:stock-conflict"));
        stock("stock-1", "{\"delta\":1000000000}").statusCode(200);
        problem(stock("stock-1", "{\"delta\":1}"), 409);
        when().get("/products/stock-1").then().body("onHand", equalTo(1_000_000_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{}                                                                     | currency,name,unitPrice",
                "{'name':' ','unitPrice':'1','currency':'EUR'}                          | name",
                "{'name':'a\\u0000b','unitPrice':'1','currency':'EUR'} | name",
                "{'name':'A','unitPrice':'-1','currency':'EUR'}                         | unitPrice",
                "{'name':'A','unitPrice':'1.234','currency':'EUR'}                      | unitPrice",
                "{'name':'A','unitPrice':'1e3','currency':'EUR'}                        | unitPrice",
                "{'name':'A','unitPrice':{},'currency':'EUR'}                           | unitPrice",
                "{'name':'A','unitPrice':'1','currency':'euro'}                         | currency",
                "{'name':'A','unitPrice':'1','currency':'EUR','onHand':-1}              | onHand",
                "{'name':'A','unitPrice':'1','currency':'EUR','onHand':1.5}             | onHand",
                "{'name':'A','unitPrice':'1','currency':'EUR','onHand':'many'}          | onHand",
                "{'name':'A','unitPrice':'1','currency':'EUR','onHand':99999999999}     | onHand",
                "{'name':'A'                                                            | body",
                "[]                                                                     | body",
                "null                                                                   | body",
                "-                                                                      | body",
            })
    void aBadProductIsRefusedByField(String body, String fields) {
        problem(put("bad-1", body == null ? "" : body.replace('\'', '"')), 400)
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("errors.field", equalTo(List.of(fields.split(","))));
        problem(when().get("/products/bad-1").then(), 404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                       | delta",
                "{'delta':null}           | delta",
                "{'delta':'one'}          | delta",
                "{'delta':0.5}            | delta",
                "{'delta':99999999999999} | delta",
                "nonsense                 | body",
            })
    void aBadChangeOfStockIsRefusedByField(String body, String field) {
        problem(stock("espresso-cup", body.replace('\'', '"')), 400).body("errors.field", hasItem(field));
    }

    @Test
    void aSkuThatCannotBeIsRefused() {
        problem(put("-bad sku", CUP), 400).body("errors[0].field", equalTo("sku"));
        problem(put("x".repeat(65), CUP), 400).body("errors[0].field", equalTo("sku"));
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        problem(when().get("/products/no-such").then(), 404).body("detail", containsString("no-such"));
        problem(stock("no-such", "{\"delta\":1}"), 404);
        problem(given().urlEncodingEnabled(false).get("/products/%00").then(), 404);
        problem(stock("no sku", "{\"delta\":1}"), 404);
        problem(when().get("/no-such-path").then(), 404);
    }

    @Test
    void whatHttpItselfForbidsIsAProblemToo() {
        problem(when().delete("/products/espresso-cup").then(), 405);
        problem(
                given().contentType("text/plain")
                        .body("x")
                        .put("/products/espresso-cup")
                        .then(),
                415);
        problem(given().accept("text/html").get("/products").then(), 406);
        problem(put("big-1", "{\"name\":\"" + "x".repeat(100_000) + "\"}"), 413);
    }

    private static ValidatableResponse put(String sku, String body) {
        return given().contentType("application/json")
                .body(body)
                .put("/products/{sku}", sku)
                .then();
    }

    private static ValidatableResponse stock(String sku, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/products/{sku}/stock", sku)
                .then();
    }

    private static ValidatableResponse problem(ValidatableResponse response, int status) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("title", matchesPattern("[A-Z].+"))
                .body("detail", matchesPattern(".+"));
    }
}

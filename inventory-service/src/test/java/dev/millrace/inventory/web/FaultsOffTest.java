package dev.millrace.inventory.web;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import dev.millrace.inventory.InventoryStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By default nobody can have orders fail. */
@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
class FaultsOffTest {

    @ParameterizedTest
    @ValueSource(strings = {"GET /faults", "PUT /faults/espresso-cup", "DELETE /faults/espresso-cup"})
    void thereIsNothingAtThisPath(String request) {
        String[] words = request.split(" ");
        given().contentType("application/json")
                .body("{\"kind\":\"PERMANENT\"}")
                .request(words[0], words[1])
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("there is nothing at this path"));
    }
}

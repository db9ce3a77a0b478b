package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of destinations over HTTP, against the broker with the topology that is shipped. */
@QuarkusTest
class DestinationResourceTest {

    @Test
    void whatIsDeclaredIsListed() {
        when().get("/api/destinations")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("items.name", hasItem("orders::inventory"))
                .body("items.find { it.name == 'orders' }.kind", equalTo("topic"))
                .body("items.find { it.name == 'orders::inventory' }.kind", equalTo("subscription"))
                .body("items.find { it.name == 'emails' }.kind", equalTo("queue"))
                .body("items.find { it.name == 'emails' }.depth", equalTo(0))
                .body("items.find { it.name == 'emails' }.consumers", equalTo(0));
    }

    @Test
    void pagesFollowEachOther() {
        List<String> all = when().get("/api/destinations").jsonPath().getList("items.name");
        List<String> paged = new ArrayList<>();
        String after = "";
        while (after != null) {
            JsonPath page = given().queryParam("limit", 2)
                    .queryParam(after.isEmpty() ? "none" : "after", after)
                    .get("/api/destinations")
                    .jsonPath();
            paged.addAll(page.getList("items.name"));
            after = page.getString("next");
        }
        assertEquals(all, paged);
        assertEquals(all.stream().sorted().toList(), all);
        assertTrue(all.size() > 4);
    }

    @Test
    void theLastPageHasNoNext() {
        given().queryParam("limit", 1_000).get("/api/destinations").then().body("next", nullValue());
        given().queryParam("after", "\uffff").get("/api/destinations").then().body("items", hasSize(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "many", "1.5", "99999999999"})
    void aWrongLimitIsAProblem(String limit) {
        given().queryParam("limit", limit)
                .get("/api/destinations")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("status", equalTo(400))
                .body("errors.field", containsInAnyOrder("limit"));
    }

    @Test
    void anUnknownPathIsAProblem() {
        when().get("/api/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("status", equalTo(404));
    }

    @Test
    void aWrongMethodIsAProblem() {
        when().delete("/api/destinations")
                .then()
                .statusCode(405)
                .contentType("application/problem+json")
                .body("title", equalTo("Method Not Allowed"));
    }

    @Test
    void theApiIsDescribedWithExamples() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/api/destinations'.get.summary", equalTo("List all queues, topics and subscriptions"))
                .body(
                        "paths.'/api/destinations'.get.responses.'200'.content.'application/json'.examples.page.value.items",
                        hasSize(2));
    }
}

package dev.millrace.order.web;

import static dev.millrace.order.Requests.placed;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class ListOrdersTest {

    private UUID oldest;
    private UUID middle;
    private UUID newest;

    @BeforeEach
    void place() {
        oldest = placed();
        middle = placed("test-pot", 2);
        newest = placed();
    }

    @Test
    void theNewestComeFirst() {
        assertEquals(ids(newest, middle, oldest), ids("/orders?limit=3"));
        given().get("/orders?limit=2").then().body("[1].lines[0].name", is("Test pot"));
    }

    @Test
    void aPageBeginsBehindAnOrderOrAMoment() {
        assertEquals(ids(middle, oldest), ids("/orders?limit=2&before=" + newest));

        String moment = given().get("/orders/" + middle).path("createdAt");
        assertEquals(ids(oldest), ids("/orders?limit=1&before=" + moment));
    }

    @Test
    void onlyOneStatusMayBeAskedFor() {
        given().post("/orders/" + middle + "/cancellation").then().statusCode(202);

        var pending = ids("/orders?status=PENDING&limit=1000");
        assertFalse(pending.contains(middle.toString()));
        assertTrue(pending.contains(oldest.toString()));
        assertEquals(ids(middle), ids("/orders?status=CANCELLED&limit=1"));
        given().get("/orders?status=CANCELLED").then().body("status", everyItem(is("CANCELLED")));
        assertEquals(List.of(), ids("/orders?status=CANCELLED&before=00000000-0000-7000-8000-000000000000"));
    }

    private static List<String> ids(String path) {
        return given().get(path).then().statusCode(200).extract().path("id");
    }

    private static List<String> ids(UUID... ids) {
        return List.of(ids).stream().map(UUID::toString).toList();
    }
}

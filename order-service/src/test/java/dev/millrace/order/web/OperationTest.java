package dev.millrace.order.web;

import static dev.millrace.order.Requests.placed;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.application.Catalogue;
import dev.millrace.order.domain.Product;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators rely on. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class OperationTest {

    @Inject
    Catalogue catalogue;

    @Test
    void itIsReadyOnceAProductIsKnown() {
        var products = QuarkusTransaction.requiringNew().call(() -> catalogue.listAll());
        QuarkusTransaction.requiringNew().run(() -> catalogue.deleteAll());
        try {
            given().get("/q/health/ready")
                    .then()
                    .statusCode(503)
                    .body("checks.find { it.name == 'catalogue' }.status", equalTo("DOWN"))
                    .body("checks.find { it.name == 'catalogue' }.data.reason", containsString("no product"));
        } finally {
            restore(products);
        }

        given().get("/q/health/ready").then().statusCode(200);
    }

    @Test
    void itIsAlive() {
        given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void itCountsWhatItDoes() {
        placed();

        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("millrace_outbox_published_total"))
                .body(containsString("http_server_requests_seconds_count"));
    }

    @Test
    void itDescribesItself() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("info.title", equalTo("order-service"))
                .body("paths.'/orders'.post.summary", equalTo("Place an order"))
                .body("paths.'/orders'.post.responses", hasKey("422"))
                .body("paths.'/orders/{id}/events'.get.summary", notNullValue())
                .body("components.schemas.PlaceOrderRequest.required", equalTo(List.of("customer", "lines")));
    }

    private void restore(List<Product> products) {
        products.forEach(catalogue::apply);
    }
}

package dev.millrace.order.web;

import dev.millrace.order.application.Catalogue;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Without a product no order can be accepted: on a first start the service waits for the first from the topic. */
@Readiness
@ApplicationScoped
class CatalogueReadiness implements HealthCheck {

    private final Catalogue catalogue;

    CatalogueReadiness(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("catalogue");
        return catalogue.isEmpty()
                ? response.down()
                        .withData("reason", "no product is known yet: waiting for product.changed on products::orders")
                        .build()
                : response.up().build();
    }
}

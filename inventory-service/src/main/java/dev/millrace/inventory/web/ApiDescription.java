package dev.millrace.inventory.web;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** The head of {@code /q/openapi}. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Millrace inventory-service",
                        version = "1.0",
                        description = "The catalogue, its stock, and the stock reserved for orders."))
public class ApiDescription extends Application {}

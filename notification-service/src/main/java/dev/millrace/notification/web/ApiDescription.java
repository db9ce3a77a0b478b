package dev.millrace.notification.web;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** The head of {@code /q/openapi}. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Millrace notification-service",
                        version = "1.0",
                        description = "What customers are told about their orders, and whether it reached them."))
public class ApiDescription extends Application {}

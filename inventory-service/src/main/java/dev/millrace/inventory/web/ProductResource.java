package dev.millrace.inventory.web;

import dev.millrace.inventory.application.Catalogue;
import dev.millrace.inventory.application.ProductUnknownException;
import dev.millrace.inventory.domain.Sku;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** The catalogue and its stock over HTTP. */
@Path("/products")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Products", description = "The catalogue and its stock")
public class ProductResource {

    private final Catalogue catalogue;

    ProductResource(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @GET
    @Operation(summary = "All products", description = "In the order of their skus.")
    public List<ProductView> list() {
        return catalogue.list().stream().map(ProductView::of).toList();
    }

    @GET
    @Path("/{sku}")
    @Operation(summary = "One product and its stock")
    @APIResponseSchema(ProductView.class)
    @APIResponse(
            responseCode = "404",
            description = "No such product",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public ProductView get(@Parameter(example = "espresso-cup") @RestPath String sku) {
        return catalogue.find(sku).map(ProductView::of).orElseThrow(() -> new ProductUnknownException(sku));
    }

    @PUT
    @Path("/{sku}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create or change a product",
            description = "Publishes product.changed with the product's next version.")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content = @Content(schema = @Schema(implementation = ProductView.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = ProductView.class)))
    @APIResponse(
            responseCode = "400",
            description = "A field is not valid",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "onHand would be below what is reserved",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public RestResponse<ProductView> put(
            @Parameter(example = "espresso-cup") @RestPath @Pattern(regexp = Sku.PATTERN, message = Sku.EXPECTED)
                    String sku,
            @NotNull(message = "must be a product") @Valid ProductBody body) {
        var result = catalogue.put(body.entry(sku));
        var view = ProductView.of(result.product());
        return result.created()
                ? RestResponse.ResponseBuilder.<ProductView>created(URI.create("/products/" + sku))
                        .entity(view)
                        .build()
                : RestResponse.ok(view);
    }

    @POST
    @Path("/{sku}/stock")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Add units to the stock or take them away")
    @APIResponseSchema(ProductView.class)
    @APIResponse(
            responseCode = "400",
            description = "A field is not valid",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "No such product",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "The stock would be below what is reserved, or too large",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public ProductView addStock(
            @Parameter(example = "espresso-cup") @RestPath String sku,
            @NotNull(message = "must be a change of stock") @Valid StockBody body) {
        return ProductView.of(catalogue.addStock(sku, body.delta()));
    }
}

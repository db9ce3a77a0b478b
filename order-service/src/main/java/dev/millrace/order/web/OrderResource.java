package dev.millrace.order.web;

import dev.millrace.order.application.OrderLifecycle;
import dev.millrace.order.application.OrderQueries;
import dev.millrace.order.application.PlaceOrder;
import dev.millrace.order.application.StockHint;
import dev.millrace.order.application.StockHints;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Orders over HTTP. */
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "orders")
public class OrderResource {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String STOCK_HINT = "Stock-Hint";

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final PlaceOrder placeOrder;
    private final OrderLifecycle lifecycle;
    private final OrderQueries queries;
    private final StockHints stockHints;

    OrderResource(PlaceOrder placeOrder, OrderLifecycle lifecycle, OrderQueries queries, StockHints stockHints) {
        this.placeOrder = placeOrder;
        this.lifecycle = lifecycle;
        this.queries = queries;
        this.stockHints = stockHints;
    }

    /** {@code POST /orders}. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Operation(
            summary = "Place an order",
            description = "The order is accepted as PENDING and settled within moments: CONFIRMED or REJECTED. "
                    + "The same key and body again give the same order, never a second one.")
    @APIResponse(
            responseCode = "201",
            description = "The order",
            headers =
                    @Header(
                            name = STOCK_HINT,
                            description = "What inventory-service has said of its stock by now: available, short or "
                                    + "unknown. A hint: whether the order is confirmed is decided afterwards",
                            schema = @Schema(implementation = String.class, examples = "available")),
            content = @Content(schema = @Schema(implementation = OrderView.class)))
    @APIResponse(
            responseCode = "400",
            description = "A field is wrong, or a product is not known",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "422",
            description = "The key was used for a different order",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response place(
            @HeaderParam(IDEMPOTENCY_KEY)
                    @NotBlank
                    @Size(max = 255)
                    @Parameter(
                            description = "A new value for every order, the same for every retry of it",
                            required = true,
                            example = "8e03978e-40d5-43e8-bc93-6894a57f9324")
                    String idempotencyKey,
            @NotNull @Valid PlaceOrderRequest body,
            @Context UriInfo uri) {
        var command = body.toCommand();
        StockHint hint = stockHints.ask(command.lines());
        var order = placeOrder.place(command, idempotencyKey);
        var location = uri.getAbsolutePathBuilder().path(order.id().toString()).build();
        return Response.created(location)
                .entity(OrderView.of(order))
                // Not yet its text: headers are written after the commit, with what is known of the stock by then.
                .header(STOCK_HINT, hint)
                .build();
    }

    /** {@code GET /orders/{id}}. */
    @GET
    @Path("{id}")
    @Operation(summary = "One order")
    @APIResponse(
            responseCode = "200",
            description = "The order",
            content = @Content(schema = @Schema(implementation = OrderView.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such order",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public OrderView get(@PathParam("id") @Parameter(description = "The order's id") String id) {
        return OrderView.of(queries.find(Parameters.orderId(id)));
    }

    /** {@code GET /orders}. */
    @GET
    @Operation(summary = "Orders, newest first")
    @APIResponse(
            responseCode = "400",
            description = "A parameter is wrong",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public List<OrderView> list(
            @QueryParam("status")
                    @Parameter(description = "Only orders of this status: PENDING, CONFIRMED, REJECTED or CANCELLED")
                    String status,
            @QueryParam("limit") @Parameter(description = "At most so many, 1 to 1000", example = "100") String limit,
            @QueryParam("before")
                    @Parameter(
                            description = "Only orders placed before this one (an order's id: for the next page, the "
                                    + "last id of this one) or before this instant")
                    String before) {
        return queries
                .list(
                        Parameters.status(status),
                        Parameters.before(before),
                        Parameters.number("limit", limit, 1, MAX_LIMIT, DEFAULT_LIMIT))
                .stream()
                .map(OrderView::of)
                .toList();
    }

    /** {@code POST /orders/{id}/cancellation}. */
    @POST
    @Path("{id}/cancellation")
    @Transactional
    @Operation(
            summary = "Cancel an order",
            description = "Allowed while PENDING or CONFIRMED. The stock goes back, the customer is told.")
    @APIResponse(
            responseCode = "202",
            description = "The order, cancelled",
            content = @Content(schema = @Schema(implementation = OrderView.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such order",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "It is rejected or cancelled already",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response cancel(@PathParam("id") @Parameter(description = "The order's id") String id) {
        var order = lifecycle.cancel(Parameters.orderId(id));
        return Response.accepted(OrderView.of(order)).build();
    }
}

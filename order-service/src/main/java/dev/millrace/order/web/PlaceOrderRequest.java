package dev.millrace.order.web;

import dev.millrace.order.application.PlaceOrderCommand;
import dev.millrace.order.domain.Customer;
import dev.millrace.order.domain.Order;
import dev.millrace.order.domain.OrderLine;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.hibernate.validator.constraints.Range;

/** Body of {@code POST /orders}. */
@Schema(description = "What to order, and for whom")
public record PlaceOrderRequest(
        @NotNull @Valid CustomerData customer,

        @NotEmpty @Size(max = Order.MAX_LINES) List<@NotNull @Valid Line> lines) {

    /** A control character (NUL above all, which PostgreSQL cannot store) has no place in a name or an address. */
    private static final String NO_CONTROL_CHARACTERS = "[^\\p{Cntrl}]*";

    private static final String NO_CONTROL_CHARACTERS_MESSAGE = "must have no control characters";

    /** Who orders. */
    public record CustomerData(
            @Schema(examples = "Ada Lovelace")
            @NotBlank
            @Size(max = 200)
            @Pattern(regexp = NO_CONTROL_CHARACTERS, message = NO_CONTROL_CHARACTERS_MESSAGE)
            String name,

            @Schema(examples = "ada@example.org")
            @NotBlank
            @Email
            @Size(max = 254)
            @Pattern(regexp = NO_CONTROL_CHARACTERS, message = NO_CONTROL_CHARACTERS_MESSAGE)
            String email) {}

    /** One product. */
    public record Line(
            @Schema(examples = "espresso-cup")
            @NotBlank
            @Size(max = 100)
            @Pattern(regexp = NO_CONTROL_CHARACTERS, message = NO_CONTROL_CHARACTERS_MESSAGE)
            String sku,

            @Schema(examples = "2") @NotNull @Range(min = OrderLine.MIN_QUANTITY, max = OrderLine.MAX_QUANTITY)
            Integer quantity) {}

    PlaceOrderCommand toCommand() {
        return new PlaceOrderCommand(
                new Customer(customer.name(), customer.email()),
                lines.stream()
                        .map(line -> new PlaceOrderCommand.Line(line.sku(), line.quantity()))
                        .toList());
    }
}

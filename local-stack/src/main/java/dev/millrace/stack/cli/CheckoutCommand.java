package dev.millrace.stack.cli;

import dev.millrace.stack.Ports;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code millrace checkout}: one order through the running system. */
@Command(
        name = "checkout",
        description = "Places an order against the running system and shows its life, step by step, until it is"
                + " confirmed and the mail is in the mailbox.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class CheckoutCommand implements Callable<Integer> {
    @Option(names = "--sku", description = "What to order.", defaultValue = "espresso-cup")
    private String sku;

    @Option(names = "--quantity", description = "How many.", defaultValue = "1")
    private int quantity;

    @Option(names = "--name", description = "The customer's name.", defaultValue = "Ada Lovelace")
    private String name;

    @Option(names = "--email", description = "The customer's address. Default: a new one for every order.")
    private String email;

    @Option(names = "--timeout", description = "Seconds to wait for the whole.", defaultValue = "60")
    private int timeoutSeconds;

    @Override
    public Integer call() throws InterruptedException {
        var terminal = Terminal.standard();
        String address =
                email != null ? email : "ada+" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
        var shop = new ShopClient(Ports.from(System.getenv()));
        terminal.block("Ordering %d x %s for %s <%s>".formatted(quantity, sku, name, address));
        new Checkout(
                        shop,
                        terminal,
                        new Checkout.Request(sku, quantity, name, address, Duration.ofSeconds(timeoutSeconds)))
                .run();
        return ExitCode.OK;
    }
}

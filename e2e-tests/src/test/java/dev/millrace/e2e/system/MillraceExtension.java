package dev.millrace.e2e.system;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one system that all of them share. It is started for the first and closed after the last class. */
public final class MillraceExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(MillraceExtension.class);

    static {
        // A limit is for failing, not for timing: long enough for two busy cores.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(25));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        system(context).awaitReady();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Millrace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return system(context);
    }

    private static Millrace system(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Millrace.class, type -> opened(), Millrace.class);
    }

    private static Millrace opened() {
        try {
            return Millrace.open();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the system was not started: interrupted", e);
        }
    }
}

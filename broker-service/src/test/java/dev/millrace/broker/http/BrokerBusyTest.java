package dev.millrace.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A broker that does not answer must not hold a caller for ever. */
class BrokerBusyTest {

    @Test
    void noAnswerInTimeIsAProblem() {
        DestinationResource resource = new DestinationResource(new BrokerCalls(command -> {}, Duration.ofMillis(50)));
        CompletableFuture<DestinationPage> page = resource.list(null, null).toCompletableFuture();
        Throwable failure = assertThrows(ExecutionException.class, () -> page.get(5, TimeUnit.SECONDS))
                .getCause();
        Response response = new ProblemMappers().busy(assertInstanceOf(BrokerBusyException.class, failure));
        assertEquals(503, response.getStatus());
        assertEquals("application/problem+json", response.getMediaType().toString());
        assertEquals("5", response.getHeaderString("Retry-After"));
    }
}

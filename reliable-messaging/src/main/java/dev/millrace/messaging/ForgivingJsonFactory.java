package dev.millrace.messaging;

import io.quarkus.vertx.runtime.jackson.QuarkusJacksonFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Quarkus' JSON for Vert.x, except that {@link Buffer#toJson()} hands back the buffer itself.
 *
 * <p>The AMQP connector (SmallRye Reactive Messaging 4.33) calls that method on every body that claims to be
 * {@code application/json}, before any code of ours sees the message; when it throws, the connector logs and forgets the
 * message, which then stays unsettled until the broker's lock runs out, again and again. This way the message comes
 * through, its consumer finds that it cannot be read, and it is rejected with that reason; and a body is parsed once, by
 * who knows its type. {@code ChannelTest} would notice if a later connector made this class superfluous or ineffective.
 *
 * <p>Found through {@code META-INF/services}. Thread-safe.
 */
public final class ForgivingJsonFactory implements JsonFactory {

    /** Before Quarkus' own factory, which has the default order, the last. */
    @Override
    public int order() {
        return 0;
    }

    @Override
    public JsonCodec codec() {
        return new Codec(new QuarkusJacksonFactory().codec());
    }

    private record Codec(JsonCodec quarkus) implements JsonCodec {

        @Override
        public <T> T fromBuffer(Buffer buffer, Class<T> type) {
            return type == Object.class ? type.cast(buffer) : quarkus.fromBuffer(buffer, type);
        }

        @Override
        public <T> T fromString(String json, Class<T> type) {
            return quarkus.fromString(json, type);
        }

        @Override
        public <T> T fromValue(Object json, Class<T> type) {
            return quarkus.fromValue(json, type);
        }

        @Override
        public String toString(Object value, boolean pretty) {
            return quarkus.toString(value, pretty);
        }

        @Override
        public Buffer toBuffer(Object value, boolean pretty) {
            return quarkus.toBuffer(value, pretty);
        }
    }
}

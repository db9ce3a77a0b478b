package dev.millrace.messaging;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** JSON as the body of a message that is sent or received beside the channels: one data section, UTF-8. */
public final class JsonBody {
    /** Its {@code content-type}. */
    public static final String CONTENT_TYPE = "application/json";

    private JsonBody() {}

    /** A body to send. */
    public static Data of(JsonObject json) {
        return new Data(new Binary(json.toBuffer().getBytes()));
    }

    /**
     * The body of a message that was received.
     *
     * @throws DecodeException if it is none
     */
    public static JsonObject of(Message message) {
        if (!(message.getBody() instanceof Data data)) {
            throw new DecodeException("the body is no data section");
        }
        Binary bytes = data.getValue();
        return new JsonObject(
                new String(bytes.getArray(), bytes.getArrayOffset(), bytes.getLength(), StandardCharsets.UTF_8));
    }
}

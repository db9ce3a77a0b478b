package dev.millrace.broker.log;

import java.nio.ByteBuffer;

/** What goes into one record. */
public interface RecordBody {

    /** Tells the reader how to read it; 1 to 125 (the log keeps the rest for itself). */
    byte type();

    /** Exactly how many bytes {@link #writeTo} writes. */
    int length();

    /** Writes the body, big-endian. */
    void writeTo(ByteBuffer target);
}

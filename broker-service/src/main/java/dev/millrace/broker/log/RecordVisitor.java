package dev.millrace.broker.log;

import java.nio.ByteBuffer;

/** Is shown the records of a log, oldest first. */
@FunctionalInterface
public interface RecordVisitor {

    /**
     * @param position of the record in the log
     * @param body valid during the call only
     */
    void visit(byte type, long position, ByteBuffer body);
}

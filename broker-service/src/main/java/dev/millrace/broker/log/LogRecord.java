package dev.millrace.broker.log;

import java.nio.ByteBuffer;

/** One record read back. */
public record LogRecord(byte type, ByteBuffer body) {}

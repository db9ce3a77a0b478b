package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotBody;
import dev.millrace.broker.log.SnapshotOutput;
import java.util.List;

/**
 * The core's whole durable state as of a position in the log, taken in a moment: what is small is copied, what is large
 * is shared and never changed again. Immutable; written by any thread.
 */
public final class Snapshot implements SnapshotBody {

    private final long position;
    private final Topology.Image topology;
    private final Replays.Image replays;
    private final List<SchemaFact> schemas;
    private final long[] emptySegments;

    Snapshot(
            long position,
            Topology.Image topology,
            Replays.Image replays,
            List<SchemaFact> schemas,
            long[] emptySegments) {
        this.position = position;
        this.topology = topology;
        this.replays = replays;
        this.schemas = schemas;
        this.emptySegments = emptySegments;
    }

    /** Everything in the log before this position is in the snapshot. */
    public long position() {
        return position;
    }

    /**
     * Bases of the segments wholly before the position in which no message is needed any more, and none ever will be:
     * once the snapshot is durable, nothing needs them.
     */
    long[] emptySegments() {
        return emptySegments;
    }

    /**
     * The topology, the replays, then the number of schemas (4 bytes) and each as the fact of it. A snapshot of before
     * there were schemas ends ahead of their number.
     */
    @Override
    public void writeTo(SnapshotOutput output) {
        topology.writeTo(output);
        replays.writeTo(output);
        output.entry(Integer.BYTES).putInt(schemas.size());
        schemas.forEach(schema -> schema.writeTo(output.entry(schema.length())));
    }
}

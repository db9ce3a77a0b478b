package dev.millrace.broker.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * The snapshots of a log: files named after the log position that they stand for. A snapshot is written and synced
 * under another name, so one that has its name is whole; it counts once the directory is synced. Used by one thread at
 * a time.
 */
public final class SnapshotStore {

    /** The one before the newest stays for as long as the log reaches back to it by itself. */
    private static final int KEPT = 2;

    private final Storage storage;

    public SnapshotStore(Storage storage) {
        this.storage = storage;
    }

    /**
     * Writes a snapshot and makes it durable, then deletes the ones that are too old.
     *
     * @param position everything in the log before it is in the snapshot; it must be synced already
     * @return false if there is no space for it: nothing has changed then
     * @throws LogFailedException if the storage fails
     */
    public boolean write(long position, SnapshotBody body) {
        String unnamed = FileNames.unnamed(FileNames.snapshot(position));
        try {
            try (StorageFile file = storage.create(unnamed)) {
                SnapshotOutput output = new SnapshotOutput(file, position);
                body.writeTo(output);
                output.finish();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            storage.rename(unnamed, FileNames.snapshot(position));
            storage.syncDirectory();
            List<Long> positions = newestFirst();
            for (long old : positions.subList(Math.min(KEPT, positions.size()), positions.size())) {
                storage.delete(FileNames.snapshot(old));
            }
            return true;
        } catch (StorageFullException e) {
            delete(unnamed);
            return false;
        } catch (IOException e) {
            throw new LogFailedException("Writing the snapshot at position " + position, e);
        }
    }

    private void delete(String name) {
        try {
            storage.delete(name);
        } catch (IOException e) {
            throw new LogFailedException("Deleting the unfinished snapshot " + name, e);
        }
    }

    /**
     * Positions of the snapshots that have their name, the newest first.
     *
     * @throws LogCorruptException if a file has a snapshot's suffix, but not its name
     */
    public List<Long> positions() {
        try {
            return newestFirst();
        } catch (IOException e) {
            throw new LogFailedException("Looking for snapshots", e);
        }
    }

    private List<Long> newestFirst() throws IOException {
        List<Long> positions = new ArrayList<>();
        for (String name : storage.list()) {
            if (name.endsWith(FileNames.SNAPSHOT_SUFFIX) && !FileNames.isUnnamed(name)) {
                positions.add(position(name));
            }
        }
        positions.sort(Comparator.reverseOrder());
        return positions;
    }

    private static long position(String name) {
        String digits = name.substring(0, name.length() - FileNames.SNAPSHOT_SUFFIX.length());
        try {
            return HexFormat.fromHexDigitsToLong(digits);
        } catch (IllegalArgumentException e) {
            throw new LogCorruptException("The file " + name
                    + " is not a snapshot of this broker (expected a name of 16 hexadecimal digits);"
                    + " the data directory belongs to something else or is damaged.");
        }
    }

    /**
     * Reads the snapshot of a position.
     *
     * @param body is handed the entries, each checked before; what it made of them counts only if this call returns
     * @throws SnapshotInvalidException if it is damaged
     * @throws LogFailedException if the storage fails
     */
    public void read(long position, Consumer<SnapshotInput> body) {
        try (StorageFile file = storage.open(FileNames.snapshot(position))) {
            SnapshotInput input = new SnapshotInput(file, position);
            body.accept(input);
            input.finish();
        } catch (IOException e) {
            throw new LogFailedException("Reading the snapshot at position " + position, e);
        }
    }
}

package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that a broker must not use are refused with one sentence. */
class FileStorageTest {

    @TempDir
    private Path directory;

    private static String refusal(Path path) {
        String message = assertThrows(StorageUnavailableException.class, () -> FileStorage.open(path))
                .getMessage();
        assertEquals(-1, message.indexOf('\n'), message);
        return message;
    }

    @Test
    void directoryIsHeldByOneAtATime() {
        try (FileStorage held = FileStorage.open(directory)) {
            assertTrue(refusal(directory).contains("in use by another broker"));
        }
        FileStorage.open(directory).close();
    }

    @Test
    void fileInPlaceOfTheDirectoryIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertTrue(refusal(file).contains("cannot be written to"));
    }

    @Test
    void directoryWithSomebodyElsesFilesIsRefusedAndLeftAlone() throws Exception {
        Files.writeString(directory.resolve("thesis.tex"), "text");
        assertTrue(refusal(directory).contains("'thesis.tex', which is not a file of this broker"));
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of("thesis.tex"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void whatASystemMakesByItselfIsNotTakenForSomebodyElses() throws Exception {
        Files.createDirectory(directory.resolve("lost+found"));
        Files.createDirectory(directory.resolve(".snapshot"));
        try (FileStorage storage = FileStorage.open(directory)) {
            assertEquals(List.of(), storage.list());
        }
    }

    @Test
    void directoryThatNobodyMayWriteToIsRefused() {
        // Not even root may make files here; permissions alone would not stop root.
        Path readOnly = Path.of("/proc/sys");
        assumeTrue(Files.isDirectory(readOnly), "no /proc on this system");
        String message = refusal(readOnly);
        assertTrue(message.contains("not a file of this broker") || message.contains("cannot be written to"), message);
    }

    @Test
    void readOnlyDirectoryOfABrokerIsRefused() throws Exception {
        FileStorage.open(directory).close();
        assumeTrue(directory.toFile().setWritable(false), "permissions cannot be set");
        try {
            assumeTrue(!Files.isWritable(directory), "this user may write everywhere");
            assertTrue(refusal(directory).contains("cannot be written to"));
        } finally {
            assertTrue(directory.toFile().setWritable(true));
        }
    }

    @Test
    void renamedFileTakesThePlaceOfAnother() throws Exception {
        try (FileStorage storage = FileStorage.open(directory)) {
            storage.create("unnamed-a").close();
            storage.create("0.log").close();
            storage.rename("unnamed-a", "0.log");
            assertEquals(List.of("0.log"), storage.list());
            assertTrue(storage.usableBytes() > 0);
        }
    }

    @Test
    void whatIsWrittenPastThePageCacheAndThroughItReadsBackAsOne() throws Exception {
        int block = FileStorage.BLOCK_BYTES;
        ByteBuffer blocks = ByteBuffer.allocateDirect(4 * block).alignedSlice(block);
        while (blocks.hasRemaining()) {
            blocks.put((byte) (blocks.position() / block + 1));
        }
        byte[] expected = new byte[blocks.capacity()];
        blocks.get(0, expected);
        try (FileStorage storage = FileStorage.open(directory);
                StorageFile file = storage.create(FileNames.unnamed("mixed"))) {
            file.write(blocks.flip(), 0);
            // A part of a block, into blocks that are not in the page cache.
            file.write(ByteBuffer.wrap(new byte[] {9, 9}), block - 1);
            expected[block - 1] = 9;
            expected[block] = 9;
            file.write(blocks.slice(block, block), block);
            expected[block] = 2;
            file.sync();

            ByteBuffer read = ByteBuffer.allocate(expected.length);
            assertEquals(expected.length, file.read(read, 0));
            assertArrayEquals(expected, read.array());
        }
    }
}

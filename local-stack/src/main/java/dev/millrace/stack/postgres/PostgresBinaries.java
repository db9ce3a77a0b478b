package dev.millrace.stack.postgres;

import dev.millrace.stack.process.DirectoryTree;
import dev.millrace.stack.process.StartFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The server's programs: an archive on the class path, unpacked once per user and version into the cache directory
 * ({@code MILLRACE_CACHE_DIR}, else {@code $XDG_CACHE_HOME/millrace}, else {@code ~/.cache/millrace}). Several processes
 * may do this at the same time: each unpacks aside, one rename wins.
 */
final class PostgresBinaries {
    /** Major version of the archive; a data directory of another one is refused. */
    static final String MAJOR_VERSION = version().split("\\.")[0];

    private PostgresBinaries() {}

    /** The directory that has {@code bin/postgres} and {@code bin/initdb}, unpacked now if need be. */
    static Path unpacked() {
        Path target = cacheDirectory(System.getenv()).resolve("postgres-" + version() + "-" + platform());
        if (Files.isDirectory(target)) {
            return target;
        }
        String archive = "/postgres-" + platform() + ".txz";
        try (InputStream in = PostgresBinaries.class.getResourceAsStream(archive)) {
            if (in == null) {
                throw new StartFailure("There are no PostgreSQL programs for " + platform()
                        + " in this build: use docker-compose up on this machine.");
            }
            unpack(in, target);
            return target;
        } catch (IOException e) {
            throw new StartFailure(
                    "PostgreSQL's programs cannot be unpacked into %s (%s): make room or set MILLRACE_CACHE_DIR."
                            .formatted(target, e),
                    e);
        }
    }

    private static Path cacheDirectory(Map<String, String> environment) {
        if (environment.containsKey("MILLRACE_CACHE_DIR")) {
            return Path.of(environment.get("MILLRACE_CACHE_DIR")).toAbsolutePath();
        }
        String xdg = environment.get("XDG_CACHE_HOME");
        String userHome = environment.getOrDefault("HOME", System.getProperty("user.home"));
        Path caches = xdg == null || xdg.isBlank() ? Path.of(userHome, ".cache") : Path.of(xdg);
        return caches.resolve("millrace").toAbsolutePath();
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path aside = Files.createTempDirectory(target.getParent(), "unpacking-");
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(entry, tar, aside);
            }
        }
        Files.setPosixFilePermissions(aside, permissions(0755));
        try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            DirectoryTree.delete(aside);
        } catch (FileSystemException e) {
            DirectoryTree.delete(aside);
            if (!Files.isDirectory(target)) { // else another process was faster: "directory not empty"
                throw e;
            }
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path root) throws IOException {
        Path path = root.resolve(entry.getName()).normalize();
        if (!path.startsWith(root)) {
            throw new IOException("entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, root.resolve(entry.getLinkName()).normalize());
        } else {
            Files.copy(content, path);
            Files.setPosixFilePermissions(path, permissions(entry.getMode()));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighest = PosixFilePermission.values(); // OWNER_READ ... OTHERS_EXECUTE
        for (int i = 0; i < fromHighest.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(fromHighest[i]);
            }
        }
        return permissions;
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return os + "-" + arch;
    }

    private static String version() {
        var properties = new Properties();
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("binaries.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new StartFailure("The build of local-stack is incomplete: build it again with ./mvnw package.", e);
        }
        return properties.getProperty("version");
    }
}

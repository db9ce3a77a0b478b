package dev.millrace.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A project directory in which every application is a {@link StandIn}. */
public final class StandInHome {
    private StandInHome() {}

    public static ProjectHome in(Path directory) throws IOException {
        var home = new ProjectHome(directory);
        for (Part part : Part.values()) {
            if (part.isApplication()) {
                Path jar = home.applicationJar(part.id());
                Files.createDirectories(jar.getParent());
                writeJar(jar);
            }
        }
        Files.writeString(directory.resolve("broker-service/pom.xml"), "");
        return home;
    }

    private static void writeJar(Path jar) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Name.MAIN_CLASS, StandIn.class.getName());
        String classFile = StandIn.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream in = StandIn.class.getResourceAsStream("/" + classFile)) {
            out.putNextEntry(new JarEntry(classFile));
            in.transferTo(out);
            out.closeEntry();
        }
    }
}

package org.rpt4j.backend.jni;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.kit.LibraryDirectories;

/**
 * Finds and loads the native library, once per class loader:
 *
 * <ol>
 *   <li>the file that the system property {@value #PROPERTY} names. If it is set, nothing else is tried.
 *   <li>{@code META-INF/native/<platform>/<library>-<version>} on the class path, copied to a temporary directory that
 *       only this user can use, and deleted there as soon as it is loaded.
 * </ol>
 *
 * A library of another version is refused. Thread-safe.
 */
final class NativeLibraries {

    /** Path of a library to load instead of the packaged one. */
    static final String PROPERTY = "rpt4j.native.library";

    /** Version of this module; the library must have the same one. */
    static final String VERSION = readVersion();

    private static final List<Platform> KNOWN = List.of(
            Platform.of("Linux", "x86_64"),
            Platform.of("Linux", "aarch64"),
            Platform.of("Mac OS X", "aarch64"),
            Platform.of("Windows", "x86_64"));

    private static @Nullable String loadedFrom;

    private NativeLibraries() {}

    /**
     * Loads the library if it is not loaded yet.
     *
     * @return where it came from
     * @throws BackendUnavailableException if there is none, or loading fails
     */
    static synchronized String load() {
        if (loadedFrom == null) {
            String from =
                    loadFrom(System.getProperty(PROPERTY), NativeLibraries.class.getClassLoader(), Platform.current());
            requireVersion(from, NativeEngine.version());
            loadedFrom = from;
        }
        return loadedFrom;
    }

    static String loadFrom(@Nullable String override, ClassLoader loader, Platform platform) {
        if (override != null && !override.isBlank()) {
            link(Path.of(override).toAbsolutePath(), "the system property " + PROPERTY + " is " + override);
            return override;
        }
        String resource = platform.resource(VERSION);
        URL packaged = loader.getResource(resource);
        if (packaged == null) {
            throw new BackendUnavailableException("no native library " + resource
                    + " is on the class path; packaged for this version: " + packagedPlatforms(loader)
                    + ". Add the jar of rpt4j-backend-native with the classifier " + platform.name()
                    + ", build the module on a machine with cmake and a C++ compiler, or name a library with -D"
                    + PROPERTY + ".");
        }
        Path directory = newDirectory();
        Path copy = directory.resolve("library" + platform.suffix());
        try {
            extract(packaged, copy);
            link(copy, resource + " is on the class path");
        } finally {
            discard(copy, directory);
        }
        return resource;
    }

    private static String packagedPlatforms(ClassLoader loader) {
        List<String> names = KNOWN.stream()
                .filter(known -> loader.getResource(known.resource(VERSION)) != null)
                .map(Platform::name)
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static Path newDirectory() {
        try {
            return LibraryDirectories.newTemporary("rpt4j-native-");
        } catch (IOException e) {
            throw new BackendUnavailableException("there is no place for the native library: " + e.getMessage(), e);
        }
    }

    private static void extract(URL packaged, Path copy) {
        try (InputStream in = packaged.openStream()) {
            Files.copy(in, copy);
        } catch (IOException e) {
            throw new BackendUnavailableException(
                    "cannot copy " + packaged + " to a temporary file: " + e.getMessage()
                            + ". Set java.io.tmpdir to a writable directory.",
                    e);
        }
    }

    private static void link(Path library, String found) {
        try {
            System.load(library.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new BackendUnavailableException(found + ", but does not load: " + e.getMessage(), e);
        }
    }

    /** Linux and macOS can delete a loaded file; Windows deletes it when the JVM exits, if at all. */
    private static void discard(Path copy, Path directory) {
        try {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // In this order, because the last one is deleted first.
            directory.toFile().deleteOnExit();
            copy.toFile().deleteOnExit();
        }
    }

    static void requireVersion(String from, String found) {
        if (!found.equals(VERSION)) {
            throw new BackendUnavailableException("the native library " + from + " has version " + found
                    + ", this module has version " + VERSION + ". Use a library of the same version.");
        }
    }

    private static String readVersion() {
        Properties properties = new Properties();
        try (InputStream in = NativeLibraries.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("the jar of rpt4j-backend-native is damaged: version.properties", e);
        }
        return properties.getProperty("version");
    }
}

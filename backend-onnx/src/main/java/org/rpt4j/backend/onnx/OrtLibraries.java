package org.rpt4j.backend.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.spi.kit.LibraryDirectories;

/**
 * Starts ONNX Runtime with libraries from a directory of this user, and deletes them as soon as they are loaded. By
 * itself ONNX Runtime copies 27 MiB into a new temporary directory, which only an orderly exit deletes: a process that
 * is killed leaves it behind (now it leaves an empty one). Its own way remains for the GPU jar, whose libraries are loaded later, on Windows, which
 * cannot delete a loaded library, and for whoever sets one of its properties.
 */
final class OrtLibraries {

    private static final String PROPERTY = "onnxruntime.native.path";
    private static final String PROPERTIES = "onnxruntime.native.";
    private static final String CUDA = "onnxruntime_providers_cuda";
    private static final List<String> CPU = List.of("onnxruntime", "onnxruntime4j_jni");

    private OrtLibraries() {}

    /** Runs what loads the libraries, for the first time in this class loader. */
    static <T> T loading(Supplier<T> start) throws IOException {
        @Nullable String resources = resources();
        if (resources == null
                || System.getProperties().stringPropertyNames().stream().anyMatch(name -> name.startsWith(PROPERTIES))
                || present(resources, CUDA)
                || !CPU.stream().allMatch(library -> present(resources, library))) {
            return start.get();
        }
        Path directory = LibraryDirectories.newTemporary("rpt4j-onnx-");
        try {
            for (String library : CPU) {
                try (InputStream in = open(resources, library)) {
                    Files.copy(in, directory.resolve(file(library)));
                }
            }
            System.setProperty(PROPERTY, directory.toString());
            return start.get();
        } finally {
            System.clearProperty(PROPERTY);
            for (String library : CPU) {
                Files.deleteIfExists(directory.resolve(file(library)));
            }
            Files.deleteIfExists(directory);
        }
    }

    /** Folder of the libraries in the jar; null where a loaded library cannot be deleted, or for another platform. */
    private static @Nullable String resources() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String family = system.contains("linux") ? "linux" : system.contains("mac") ? "osx" : "";
        String architecture = List.of("amd64", "x86_64").contains(processor) ? "x64" : "aarch64";
        return family.isEmpty() ? null : "/ai/onnxruntime/native/" + family + "-" + architecture + "/";
    }

    private static boolean present(String resources, String library) {
        return OrtEnvironment.class.getResource(resources + file(library)) != null;
    }

    private static InputStream open(String resources, String library) throws IOException {
        InputStream in = OrtEnvironment.class.getResourceAsStream(resources + file(library));
        if (in == null) {
            throw new IOException("the jar of ONNX Runtime has no " + resources + file(library));
        }
        return in;
    }

    private static String file(String library) {
        return System.mapLibraryName(library);
    }
}

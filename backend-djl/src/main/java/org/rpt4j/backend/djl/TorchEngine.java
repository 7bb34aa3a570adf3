package org.rpt4j.backend.djl;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Device;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.kit.LibraryDirectories;

/**
 * Finds and starts libtorch. The library comes from {@code PYTORCH_LIBRARY_PATH} (an installed libtorch, required for
 * CUDA) or from a {@code pytorch-native-cpu} jar on the class path; never from the network. Only the version that the
 * JNI layer was built for is accepted: any other version loads but then misbehaves.
 */
final class TorchEngine {

    /** The libtorch version of the JNI artifact. */
    static final String VERSION = "2.7.1";

    private static final int MOST_VERSION_BYTES = 1 << 10;

    private static final String NATIVE_JAR_MARK = "native/lib/pytorch.properties";

    private TorchEngine() {}

    /** Returns whether the right version of libtorch is installed and starts. */
    static Availability probe() {
        try {
            Engine engine = start();
            int gpus = engine.getGpuCount();
            return new Availability.Available(
                    "PyTorch " + engine.getVersion() + " through DJL " + Engine.getDjlVersion() + ", cpu"
                            + (gpus == 0 ? ", no CUDA device" : ", " + gpus + " CUDA device(s)"));
        } catch (BackendUnavailableException e) {
            return new Availability.Unavailable(e.getMessage(), e.getCause());
        }
    }

    /**
     * Returns the running engine. DJL looks for its engines, and for the libraries that it loads, through the context
     * class loader; that of a plugin host or an application server need not know them.
     */
    static synchronized Engine start() {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        thread.setContextClassLoader(TorchEngine.class.getClassLoader());
        try {
            return load();
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    private static Engine load() {
        requireLibrary();
        requirePrivateCache();
        setUnlessPresent("OPT_OUT_TRACKING", "true");
        setUnlessPresent("ai.djl.offline", "true");
        try {
            return Engine.getEngine("PyTorch");
        } catch (RuntimeException | LinkageError | AssertionError e) {
            throw new BackendUnavailableException("libtorch does not start: " + e.getMessage(), e);
        }
    }

    /** Returns the DJL device, if it exists. */
    static ai.djl.Device require(Device device) {
        if (device.kind() == Device.Kind.CPU) {
            return ai.djl.Device.cpu();
        }
        int found = start().getGpuCount();
        if (device.index() >= found) {
            throw new DeviceUnavailableException("Device " + device + " was asked for, but libtorch " + VERSION
                    + " sees "
                    + found + " CUDA device(s). "
                    + (libraryPath() == null
                            ? "The CPU build from the class path is loaded; for CUDA install libtorch " + VERSION
                                    + " with CUDA and set PYTORCH_LIBRARY_PATH to its lib directory,"
                                    + " PYTORCH_VERSION=" + VERSION + " and PYTORCH_FLAVOR=cu128."
                            : "PYTORCH_LIBRARY_PATH is " + libraryPath()
                                    + "; check that this libtorch has CUDA and that the driver sees the device."));
        }
        return ai.djl.Device.gpu(device.index());
    }

    private static void requireLibrary() {
        @Nullable String path = libraryPath();
        if (path == null) {
            if (TorchEngine.class.getClassLoader().getResource(NATIVE_JAR_MARK) == null) {
                throw new BackendUnavailableException("libtorch was not found: neither " + NATIVE_JAR_MARK
                        + " on the class path nor PYTORCH_LIBRARY_PATH is set. Add"
                        + " ai.djl.pytorch:pytorch-native-cpu:"
                        + VERSION
                        + " with the classifier of this platform.");
            }
            return;
        }
        Path directory = Path.of(path);
        List<Path> places = List.of(directory.resolve("build-version"), directory.resolve("../build-version"));
        Optional<Path> file = places.stream().filter(Files::isRegularFile).findFirst();
        if (file.isEmpty()) {
            throw new BackendUnavailableException("PYTORCH_LIBRARY_PATH is " + path
                    + ", but neither it nor its parent contains a build-version file, so the version cannot be"
                    + " checked. Set it to the lib directory of an unpacked libtorch " + VERSION + ".");
        }
        try {
            String found = PlainFiles.readText(file.get(), MOST_VERSION_BYTES).strip();
            if (!found.equals(VERSION) && !found.startsWith(VERSION + "+")) {
                throw new BackendUnavailableException("PYTORCH_LIBRARY_PATH is " + path + " with libtorch " + found
                        + "; this release works with " + VERSION + " only.");
            }
        } catch (IOException e) {
            throw new BackendUnavailableException("cannot read " + file.get(), e);
        }
    }

    /** DJL loads whatever library it finds in its cache, so nobody else may write there. */
    private static void requirePrivateCache() {
        try {
            LibraryDirectories.ofDjl();
        } catch (IOException e) {
            throw new BackendUnavailableException("libtorch is not started: " + e.getMessage(), e);
        }
    }

    private static @Nullable String libraryPath() {
        String path = System.getenv("PYTORCH_LIBRARY_PATH");
        return path == null || path.isBlank() ? null : path;
    }

    private static void setUnlessPresent(String property, String value) {
        if (System.getProperty(property) == null && System.getenv(property) == null) {
            System.setProperty(property, value);
        }
    }
}

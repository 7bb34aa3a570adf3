package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/** An application that uses the library can be undeployed: its class loader is collected, native library and all. */
@Timeout(120)
class UnloadTest {

    private static final int COLLECTIONS = 100;

    @TempDir
    private Path directory;

    @Test
    void theClassLoadersOfApplicationsThatAreGoneAreCollected() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>(List.of(deployed("reference")));
        if (Backends.discover().provider("native").availability() instanceof Availability.Available) {
            loaders.add(deployed("native"));
        }
        displaceTheLastRecord();
        for (int i = 0; i < COLLECTIONS && loaders.stream().anyMatch(loader -> loader.get() != null); i++) {
            System.gc();
            Thread.sleep(50);
        }
        assertThat(loaders).allSatisfy(loader -> assertThat(loader.get()).isNull());
    }

    /**
     * Before Java 19 the platform holds the types of the last record that was compared for the first time ({@code
     * ObjectMethods.OBJECTS_EQUALS}, in the cache of a method handle), and with them one class loader. The next such
     * record takes its place.
     */
    private static void displaceTheLastRecord() {
        record Displacing(Thread.State state, List<String> names) {}
        assertThat(new Displacing(Thread.State.NEW, List.of())).isEqualTo(new Displacing(Thread.State.NEW, List.of()));
    }

    /** Runs the probe in a loader and on a thread of its own, which is gone with its thread-local values. */
    private WeakReference<ClassLoader> deployed(String backend) throws Exception {
        AtomicReference<Object> result = new AtomicReference<>();
        URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
        Thread thread = new Thread(() -> {
            try {
                result.set(Class.forName(UnloadProbe.class.getName(), true, loader)
                        .getMethod("run", String.class, String.class)
                        .invoke(null, backend, directory.resolve("model").toString()));
            } catch (ReflectiveOperationException e) {
                result.set(String.valueOf(e.getCause()));
            }
        });
        thread.setContextClassLoader(loader);
        thread.start();
        thread.join();
        assertThat(result.get()).isInstanceOfSatisfying(Long.class, updates -> assertThat(updates).isPositive());
        loader.close();
        return new WeakReference<>(loader);
    }

    private static URL[] classPath() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(new File(path).toURI().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}

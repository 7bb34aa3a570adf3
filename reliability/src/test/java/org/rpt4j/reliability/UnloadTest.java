package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/**
 * An application that uses the library can be undeployed: its class loader is collected, including the native library.
 *
 * <p>Before Java 19 the platform keeps the types of the last records whose {@code equals} and {@code hashCode} were linked
 * ({@code ObjectMethods.OBJECTS_EQUALS}, and the same for hashes, in the cache of a method handle), and with them one
 * class loader each. The next such record replaces it: each test compares a record of its own.
 */
@Timeout(120)
class UnloadTest {

    private static final int COLLECTIONS = 100;
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    /** Parts of the names of archives: the engines and their dependencies. */
    private static final List<String> ENGINES =
            List.of("/ai/djl/", "/onnxruntime/", "/jna/", "/gson/", "/commons-compress/", "/commons-", "/slf4j-");

    @TempDir
    private Path directory;

    @Test
    void classLoadersOfUndeployedApplicationsAreCollected() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>(List.of(deployed("reference", PLATFORM)));
        if (Backends.discover().provider("native").availability() instanceof Availability.Available) {
            loaders.add(deployed("native", PLATFORM));
        }
        record Displacing(Thread.State state, List<String> names) {}
        assertThat(new Displacing(Thread.State.NEW, List.of()))
                .isEqualTo(new Displacing(Thread.State.NEW, List.of()))
                .hasSameHashCodeAs(new Displacing(Thread.State.NEW, List.of()));
        assertCollected(loaders);
    }

    /**
     * DJL and ONNX Runtime keep themselves loaded through references from native code, threads and a JVM hook. If a
     * server loads and starts them in a class loader of its own, applications above it can be undeployed.
     */
    @Test
    void enginesOfTheServerDoNotRetainApplications() throws Exception {
        try (URLClassLoader server = new URLClassLoader(classPath(UnloadTest::isOfEngines), PLATFORM)) {
            start(server, "ai.djl.engine.Engine", "getEngine", "PyTorch");
            start(server, "ai.onnxruntime.OrtEnvironment", "getEnvironment");
            List<WeakReference<ClassLoader>> loaders = List.of(deployed("djl", server), deployed("onnx", server));
            record Displacing(Thread.State state, Set<String> names) {}
            assertThat(new Displacing(Thread.State.NEW, Set.of()))
                    .isEqualTo(new Displacing(Thread.State.NEW, Set.of()))
                    .hasSameHashCodeAs(new Displacing(Thread.State.NEW, Set.of()));
            assertCollected(loaders);
        }
    }

    private static void start(ClassLoader server, String type, String method, String... arguments) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(server);
        try {
            Class<?>[] types = Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
            Class.forName(type, true, server).getMethod(method, types).invoke(null, (Object[]) arguments);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static boolean isOfEngines(String path) {
        return ENGINES.stream().anyMatch(path::contains);
    }

    private static void assertCollected(List<WeakReference<ClassLoader>> loaders) throws InterruptedException {
        for (int i = 0; i < COLLECTIONS && loaders.stream().anyMatch(loader -> loader.get() != null); i++) {
            System.gc();
            Thread.sleep(50);
        }
        assertThat(loaders).allSatisfy(loader -> assertThat(loader.get()).isNull());
    }

    /** Runs the probe in its own class loader and on its own thread, whose thread-local values disappear with it. */
    private WeakReference<ClassLoader> deployed(String backend, ClassLoader parent) throws Exception {
        AtomicReference<Object> result = new AtomicReference<>();
        URLClassLoader loader = new URLClassLoader(classPath(path -> parent == PLATFORM || !isOfEngines(path)), parent);
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
        assertThat(result.get())
                .isInstanceOfSatisfying(
                        Long.class, updates -> assertThat(updates).isPositive());
        loader.close();
        return new WeakReference<>(loader);
    }

    private static URL[] classPath(Predicate<String> chosen) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (chosen.test(path)) {
                urls.add(new File(path).toURI().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }
}

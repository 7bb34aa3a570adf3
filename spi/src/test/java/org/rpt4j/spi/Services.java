package org.rpt4j.spi;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.function.Supplier;

/** Class loaders over generated {@code META-INF/services} files; the classes come from the test class path. */
final class Services {

    private Services() {}

    /** A loader that offers these class names, existing or not, as providers of a service. */
    static ClassLoader offering(Path directory, Class<?> service, String... providers) throws IOException {
        Path file = directory.resolve("META-INF/services").resolve(service.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", providers));
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, Services.class.getClassLoader());
    }

    static ClassLoader offering(Path directory, Class<?> service, Class<?>... providers) throws IOException {
        return offering(
                directory, service, Arrays.stream(providers).map(Class::getName).toArray(String[]::new));
    }

    /** A loader that cannot look anything up. */
    static ClassLoader unreadable() {
        return new ClassLoader(Services.class.getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("the disk is gone");
            }
        };
    }

    /** Runs with another context class loader. */
    static <T> T withContext(ClassLoader loader, Supplier<T> action) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return action.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}

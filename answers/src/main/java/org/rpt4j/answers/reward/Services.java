package org.rpt4j.answers.reward;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/** What the application provides: seen by the class loader of this module, then by that of the thread. */
final class Services {

    private Services() {}

    /** All of a kind, in the order of their class names, so that the order of the class path does not matter. */
    static <T> List<T> all(Class<T> type) {
        List<T> found = new ArrayList<>();
        Set<Class<?>> known = new HashSet<>();
        for (ClassLoader loader : loaders(type)) {
            collect(ServiceLoader.load(type, loader), known, found);
        }
        found.sort(Comparator.comparing(service -> service.getClass().getName()));
        return found;
    }

    private static <T> void collect(ServiceLoader<T> services, Set<Class<?>> known, List<T> found) {
        try {
            for (T service : services) {
                if (known.add(service.getClass())) {
                    found.add(service);
                }
            }
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException(e.getMessage() + ". Correct the service file, or remove its jar.", e);
        }
    }

    private static List<ClassLoader> loaders(Class<?> type) {
        ClassLoader own = type.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null || context == own ? List.of(own) : List.of(own, context);
    }
}

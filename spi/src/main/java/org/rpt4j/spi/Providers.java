package org.rpt4j.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The providers of one kind that a class loader sees. Discovery is lazy and tolerant: a provider that cannot be
 * instantiated is kept as a failure and does not hide the others. Two providers of one name are an error for that name
 * only.
 */
final class Providers<P extends Named> {

    /** A class loader that fails on every call would otherwise be asked for ever. */
    private static final int MAX_FAILURES = 100;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");

    private final Map<String, P> byName = new TreeMap<>();
    private final Map<String, Set<String>> duplicates = new TreeMap<>();
    private final List<Throwable> failures = new ArrayList<>();

    private Providers() {}

    /** The service interface's own class loader first, then the context class loader. */
    static <P extends Named> Providers<P> discover(Class<P> type) {
        Providers<P> providers = new Providers<>();
        Map<Class<?>, P> found = new LinkedHashMap<>();
        providers.collect(ServiceLoader.load(type, type.getClassLoader()).iterator(), found);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null && context != type.getClassLoader()) {
            providers.collect(ServiceLoader.load(type, context).iterator(), found);
        }
        providers.register(found);
        return providers;
    }

    static <P extends Named> Providers<P> discover(Class<P> type, ClassLoader loader) {
        Providers<P> providers = new Providers<>();
        Map<Class<?>, P> found = new LinkedHashMap<>();
        providers.collect(ServiceLoader.load(type, loader).iterator(), found);
        providers.register(found);
        return providers;
    }

    private void collect(Iterator<P> loaded, Map<Class<?>, P> found) {
        while (failures.size() < MAX_FAILURES) {
            try {
                if (!loaded.hasNext()) {
                    return;
                }
                P provider = loaded.next();
                found.putIfAbsent(provider.getClass(), provider);
            } catch (ServiceConfigurationError | LinkageError e) {
                failures.add(e);
            }
        }
    }

    private void register(Map<Class<?>, P> found) {
        for (P provider : found.values()) {
            String name;
            try {
                name = provider.name();
            } catch (RuntimeException | LinkageError e) {
                failures.add(e);
                continue;
            }
            if (!NAME.matcher(name).matches()) {
                failures.add(new IllegalArgumentException(provider.getClass().getName() + " has the name \"" + name
                        + "\"; a name consists of lower case letters, digits, '-' and '.'"));
                continue;
            }
            P other = byName.putIfAbsent(name, provider);
            if (other != null) {
                Set<String> classes = duplicates.computeIfAbsent(name, n -> new TreeSet<>());
                classes.add(other.getClass().getName());
                classes.add(provider.getClass().getName());
            }
        }
    }

    List<P> all() {
        return byName.values().stream()
                .sorted(Comparator.comparing(Named::name))
                .toList();
    }

    Set<String> names() {
        return byName.keySet();
    }

    @Nullable
    P get(String name) {
        return byName.get(name);
    }

    /** The classes that claim one name, or an empty set. */
    Set<String> claimants(String name) {
        return duplicates.getOrDefault(name, Set.of());
    }

    List<Throwable> failures() {
        return failures;
    }

    <E extends Throwable> E withFailuresSuppressed(E error) {
        failures.forEach(error::addSuppressed);
        return error;
    }
}

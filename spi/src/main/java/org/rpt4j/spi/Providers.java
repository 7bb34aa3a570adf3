package org.rpt4j.spi;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.RptException;

/**
 * The providers of one kind that a class loader sees. Discovery is lazy and tolerant: a provider that cannot be
 * instantiated is kept as a failure and does not hide the others. Two providers of one name are an error for that name
 * only.
 */
final class Providers<P extends Provider> {

    /** A class loader that fails on every call would otherwise be asked for ever. */
    private static final int MAX_FAILURES = 100;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");

    /**
     * What a kind of provider is called in messages, and how its errors are made.
     *
     * @param noun the word for one, such as {@code backend}
     * @param remedy what to do where none has the name
     * @param notFound the error for a name that nobody has, that two have, or that was built for another SPI
     * @param unavailable the error for one that cannot run here
     */
    record Kind<P extends Provider>(
            Class<P> type,
            String noun,
            String remedy,
            BiFunction<String, @Nullable Throwable, RptException> notFound,
            BiFunction<String, @Nullable Throwable, RptException> unavailable) {

        private String named(String name) {
            return Character.toUpperCase(noun.charAt(0)) + noun.substring(1) + " \"" + name + "\"";
        }
    }

    private final Kind<P> kind;
    private final Map<String, P> byName = new TreeMap<>();
    private final Map<String, Set<String>> duplicates = new TreeMap<>();
    private final List<Throwable> failures = new ArrayList<>();

    private Providers(Kind<P> kind) {
        this.kind = kind;
    }

    /** The service interface's own class loader first, then the context class loader. */
    static <P extends Provider> Providers<P> discover(Kind<P> kind) {
        Class<P> type = kind.type();
        ClassLoader own = type.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null || context == own ? discover(kind, own) : discover(kind, own, context);
    }

    static <P extends Provider> Providers<P> discover(Kind<P> kind, ClassLoader... loaders) {
        Providers<P> providers = new Providers<>(kind);
        Map<Class<?>, P> found = new LinkedHashMap<>();
        for (ClassLoader loader : loaders) {
            providers.collect(ServiceLoader.load(kind.type(), loader).iterator(), found);
        }
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
        return List.copyOf(byName.values());
    }

    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** The provider of a name, whether it can run here or not. */
    P get(String name) {
        @Nullable Set<String> claimants = duplicates.get(name);
        if (claimants != null) {
            throw kind.notFound()
                    .apply(
                            kind.named(name) + " is claimed by " + claimants
                                    + ". Remove all but one from the class path.",
                            null);
        }
        @Nullable P provider = byName.get(name);
        if (provider == null) {
            RptException missing = kind.notFound()
                    .apply(
                            "No " + kind.noun() + " named \"" + name + "\". Available: "
                                    + (byName.isEmpty() ? "none" : String.join(", ", byName.keySet())) + ". "
                                    + kind.remedy(),
                            null);
            failures.forEach(missing::addSuppressed);
            throw missing;
        }
        requireSameVersion(name, provider);
        return provider;
    }

    private void requireSameVersion(String name, P provider) {
        int version;
        try {
            version = provider.apiVersion();
        } catch (RuntimeException | LinkageError e) {
            // A provider that is older than the method throws AbstractMethodError.
            throw kind.notFound()
                    .apply(
                            kind.named(name) + " failed to tell the SPI version that it was built for: " + e
                                    + ". Use the same version of every rpt4j module.",
                            e);
        }
        if (version != Provider.API_VERSION) {
            throw kind.notFound()
                    .apply(
                            kind.named(name) + " was built for SPI version " + version + ", this is version "
                                    + Provider.API_VERSION + ". Use the same version of every rpt4j module.",
                            null);
        }
    }

    /** The provider of a name, which can run here. */
    P getAvailable(String name) {
        P provider = get(name);
        if (availability(provider) instanceof Availability.Unavailable unavailable) {
            throw kind.unavailable()
                    .apply(
                            kind.named(name) + " is on the class path but unusable on "
                                    + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ": "
                                    + unavailable.reason(),
                            unavailable.cause());
        }
        return provider;
    }

    private static Availability availability(Provider provider) {
        try {
            return provider.availability();
        } catch (RuntimeException | LinkageError e) {
            return new Availability.Unavailable(
                    provider.getClass().getName() + " failed to tell whether it can run: " + e, e);
        }
    }
}

package org.rpt4j.samples.examples;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

/** Chooses a backend at run time: list the available ones, ask which can run here, take the first suitable one. */
public final class PickBackend {

    private PickBackend() {}

    /** Prints every backend and opens one that can train; the arguments are names in order of preference. */
    public static void main(String[] preferred) {
        Backends backends = Backends.discover();
        backends.all().forEach(provider -> System.out.println(describe(provider)));
        List<String> names = preferred.length > 0 ? List.of(preferred) : List.of("native", "djl");
        Optional<String> choice = choose(backends, Capability.TRAIN, names);
        if (choice.isEmpty()) {
            System.out.println("None of " + names + " can train on this machine.");
            return;
        }
        try (Backend backend = Backends.open(choice.get())) {
            System.out.println("Opened " + backend.name() + ", optimizers " + backend.optimizers());
        }
    }

    /** Describes what a backend can do and whether it can run here. Asking may start an engine; listing does not. */
    public static String describe(BackendProvider provider) {
        Availability availability = provider.availability();
        if (availability instanceof Availability.Unavailable unavailable) {
            return provider.name() + " cannot run here: " + unavailable.reason();
        }
        return provider.name() + " " + new TreeSet<>(provider.capabilities()) + " on "
                + ((Availability.Available) availability).detail();
    }

    /** Returns the first of the preferred names that is on the class path, has the capabilities and can run here. */
    public static Optional<String> choose(Backends backends, Capability work, List<String> preferred) {
        List<String> usable = backends.all().stream()
                .filter(provider -> provider.capabilities().contains(work))
                .filter(provider -> provider.availability() instanceof Availability.Available)
                .map(BackendProvider::name)
                .toList();
        return preferred.stream().filter(usable::contains).findFirst();
    }
}

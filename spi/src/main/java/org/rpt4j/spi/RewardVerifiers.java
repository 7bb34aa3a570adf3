package org.rpt4j.spi;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.error.BackendNotFoundException;

/** Finds rewards by name through {@link java.util.ServiceLoader}. Thread-safe. */
public final class RewardVerifiers {

    private RewardVerifiers() {}

    /** Names of all rewards that the class loader of rpt4j and the context class loader see. */
    public static Set<String> names() {
        return Set.copyOf(Providers.discover(RewardVerifierProvider.class).names());
    }

    /**
     * Creates the verifier of a name.
     *
     * @throws BackendNotFoundException if none has it, or two have it
     */
    public static RewardVerifier create(String name) {
        Providers<RewardVerifierProvider> providers = Providers.discover(RewardVerifierProvider.class);
        Set<String> claimants = providers.claimants(name);
        if (!claimants.isEmpty()) {
            throw new BackendNotFoundException(
                    "Reward \"" + name + "\" is claimed by " + claimants + ". Remove all but one from the class path.");
        }
        @Nullable RewardVerifierProvider provider = providers.get(name);
        if (provider == null) {
            throw providers.withFailuresSuppressed(new BackendNotFoundException("No reward named \"" + name
                    + "\". Available: " + (providers.names().isEmpty() ? "none" : String.join(", ", providers.names()))
                    + ". Add its jar to the class path."));
        }
        return provider.create();
    }
}

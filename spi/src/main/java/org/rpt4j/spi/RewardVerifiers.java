package org.rpt4j.spi;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.api.error.RewardVerifierNotFoundException;
import org.rpt4j.api.error.RptException;

/**
 * Finds rewards by name through {@link java.util.ServiceLoader}: rpt4j's own and those of the class path, by the same
 * door. Thread-safe. Looking makes no reward; creating does.
 *
 * @since 0.1.0
 */
public final class RewardVerifiers {

    private static final Providers.Kind<RewardVerifierProvider> KIND = new Providers.Kind<>(
            RewardVerifierProvider.class,
            "reward",
            "Add its jar to the class path.",
            RewardVerifierNotFoundException::new,
            RewardVerifierNotFoundException::new);

    private final Providers<RewardVerifierProvider> providers;

    private RewardVerifiers(Providers<RewardVerifierProvider> providers) {
        this.providers = providers;
    }

    /** The rewards that the class loader of rpt4j and the context class loader see. */
    public static RewardVerifiers discover() {
        return new RewardVerifiers(Providers.discover(KIND));
    }

    /** The rewards that one class loader sees. */
    public static RewardVerifiers discover(ClassLoader loader) {
        return new RewardVerifiers(Providers.discover(KIND, loader));
    }

    /**
     * Creates a reward that judges a rollout by itself: {@code create(name, RewardVerifierContext.empty())}.
     *
     * @throws RewardVerifierNotFoundException if no provider has that name, or two have, or it cannot be used here
     * @throws RewardException if the reward needs more, or fails to be created
     */
    public static RewardVerifier create(String name) {
        return create(name, RewardVerifierContext.empty());
    }

    /** Creates a reward by name: {@code discover().createVerifier(name, context)}. */
    public static RewardVerifier create(String name, RewardVerifierContext context) {
        return discover().createVerifier(name, context);
    }

    /** Every provider that was found, in the order of names, usable here or not. */
    public List<RewardVerifierProvider> all() {
        return providers.all();
    }

    /** The name of every provider that was found, in order. */
    public List<String> names() {
        return providers.names();
    }

    /** Providers that could not even be instantiated; empty on a healthy class path. */
    public List<Throwable> failures() {
        return providers.failures();
    }

    /**
     * The provider of a name, so that a wrong name is known before a model is opened.
     *
     * @throws RewardVerifierNotFoundException if no provider has it, two have it, or it was built for another SPI
     *     version
     */
    public RewardVerifierProvider provider(String name) {
        return providers.get(name);
    }

    /**
     * Checks the options of a reward without creating it, so that a wrong one is known before a model is opened.
     *
     * @throws RewardVerifierNotFoundException as {@link #provider}
     * @throws IllegalArgumentException if the reward has no such option, or a value is wrong
     */
    public void checkOptions(String name, Map<String, String> options) {
        RewardVerifierProvider provider = provider(name);
        List<String> known = provider.options();
        for (String option : new TreeSet<>(options.keySet())) {
            if (!known.contains(option)) {
                throw new IllegalArgumentException("reward \"" + name + "\" has no option \"" + option + "\". It has: "
                        + (known.isEmpty() ? "none" : String.join(", ", known)) + ". Remove or correct it.");
            }
        }
        try {
            provider.checkOptions(options);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalArgumentException(
                    "options " + options + " of reward \"" + name + "\" cannot be checked: " + e.getMessage(), e);
        }
    }

    /**
     * Creates a reward.
     *
     * @throws RewardVerifierNotFoundException as {@link #provider}, and if it cannot run here
     * @throws RewardException if an option is wrong or the provider fails, with the cause
     */
    public RewardVerifier createVerifier(String name, RewardVerifierContext context) {
        RewardVerifierProvider provider = providers.getAvailable(name);
        RewardVerifier verifier;
        try {
            checkOptions(name, context.options());
            verifier = provider.create(context);
        } catch (RptException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new RewardException("Reward \"" + name + "\" could not be created: " + e.getMessage(), e);
        }
        if (verifier == null) {
            throw new RewardException("Reward \"" + name + "\" could not be created: "
                    + provider.getClass().getName() + ".create returned null.");
        }
        return verifier;
    }
}

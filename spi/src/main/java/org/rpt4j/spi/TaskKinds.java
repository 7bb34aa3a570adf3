package org.rpt4j.spi;

import java.util.List;
import java.util.TreeSet;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.error.RptException;
import org.rpt4j.api.error.TaskKindException;

/**
 * Finds kinds of tasks by name through {@link java.util.ServiceLoader}: rpt4j's own and those of the class path, by the
 * same door. Thread-safe. Looking makes nothing; creating does.
 *
 * @since 0.1.0
 */
public final class TaskKinds {

    private static final Providers.Kind<TaskKindProvider> KIND = new Providers.Kind<>(
            TaskKindProvider.class,
            "kind of tasks",
            "Correct the name, or add its jar to the class path.",
            TaskKindException::new,
            TaskKindException::new);

    private final Providers<TaskKindProvider> providers;

    private TaskKinds(Providers<TaskKindProvider> providers) {
        this.providers = providers;
    }

    /** The kinds that the class loader of rpt4j and the context class loader see. */
    public static TaskKinds discover() {
        return new TaskKinds(Providers.discover(KIND));
    }

    /** Every provider that was found, in the order of names, usable here or not. */
    public List<TaskKindProvider> all() {
        return providers.all();
    }

    /** The name of every provider that was found, in order. */
    public List<String> names() {
        return providers.names();
    }

    /**
     * The provider of a name.
     *
     * @throws TaskKindException if no provider has it, two have it, or it was built for another SPI version
     */
    public TaskKindProvider provider(String name) {
        return providers.get(name);
    }

    /**
     * Checks that a kind knows all options.
     *
     * @throws TaskKindException if it does not; the message names the option and those that the kind knows
     */
    public void requireKnown(String name, TaskKindOptions options) {
        TaskKindProvider provider = provider(name);
        for (String option : new TreeSet<>(options.values().keySet())) {
            if (!provider.options().contains(option)) {
                throw new TaskKindException("The kind of tasks \"" + name + "\" has no option \"" + option + "\". "
                        + (provider.options().isEmpty()
                                ? "It has none."
                                : "It has: " + String.join(", ", provider.options()) + "."));
            }
        }
    }

    /**
     * Makes a kind of tasks for one side of a split.
     *
     * @throws TaskKindException as {@link #provider} and {@link #requireKnown}, and if the provider refuses or fails
     */
    public TaskKind create(String name, TaskKindContext context) {
        requireKnown(name, context.options());
        TaskKindProvider provider = providers.getAvailable(name);
        TaskKind kind;
        try {
            kind = provider.create(context);
        } catch (RptException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new TaskKindException(
                    "The kind of tasks \"" + name + "\" could not be created: " + e.getMessage(), e);
        }
        if (kind == null) {
            throw new TaskKindException("The kind of tasks \"" + name + "\" could not be created: "
                    + provider.getClass().getName() + ".create returned null.");
        }
        return kind;
    }
}

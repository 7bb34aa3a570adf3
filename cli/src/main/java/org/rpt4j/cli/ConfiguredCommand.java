package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.run.config.key.Key;

/** A command whose settings are keys of the configuration, each an option of the key's own name. */
interface ConfiguredCommand {

    /** The keys that the command uses, in the order of its help. */
    List<Key<?>> keys();

    /** The keys that need a value here, besides those that always do. */
    default List<Key<?>> required() {
        return List.of();
    }

    /** The directory of a run that {@code resume} continues where this command stopped; empty if there is none. */
    default Optional<Path> resumable() {
        return Optional.empty();
    }
}

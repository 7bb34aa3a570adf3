package org.rpt4j.cli;

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

    /**
     * The command line that continues where this command was stopped; empty if there is none.
     *
     * @param arguments of this command, with its name
     */
    default Optional<String> next(List<String> arguments) {
        return Optional.of(NextCommand.again(arguments));
    }
}

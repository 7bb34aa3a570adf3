package org.rpt4j.cli;

import java.util.List;
import org.rpt4j.run.config.key.Key;

/** A command whose settings are keys of the configuration, each an option of the key's own name. */
interface ConfiguredCommand {

    /** The keys that the command uses, in the order of its help. */
    List<Key<?>> keys();

    /** The keys that need a value here, besides those that always do. */
    default List<Key<?>> required() {
        return List.of();
    }
}

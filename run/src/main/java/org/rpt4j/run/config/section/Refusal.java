package org.rpt4j.run.config.section;

import java.util.List;
import org.rpt4j.run.config.key.Key;

/**
 * Values, each allowed by itself, that do not go together.
 *
 * @param keys the keys that have a part in it
 * @param reason why they do not go together, and what to do: whole sentences
 */
public record Refusal(List<Key<?>> keys, String reason) {

    public Refusal {
        keys = List.copyOf(keys);
    }
}

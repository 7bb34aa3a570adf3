package org.rpt4j.run.config.section;

import java.util.List;
import org.rpt4j.run.config.key.Key;

/**
 * A combination of values that are valid on their own but conflict.
 *
 * @param keys the keys involved
 * @param reason why they conflict and what to do, in whole sentences
 * @since 0.1.0
 */
public record Refusal(List<Key<?>> keys, String reason) {

    public Refusal {
        keys = List.copyOf(keys);
    }
}

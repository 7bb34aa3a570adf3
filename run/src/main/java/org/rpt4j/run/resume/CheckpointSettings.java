package org.rpt4j.run.resume;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a run saves itself.
 *
 * @param identity what the run is: settings and fingerprints by name, for {@link CheckpointManifest#identity}
 * @param retention which checkpoints are kept
 * @param background whether only the copy is taken on the thread of the run, and a thread of its own writes it. Needs
 *     memory for a second set of weights and moments.
 * @param parts what the application adds
 * @param pinned steps whose checkpoints are kept in any case: that which the run was resumed from, whose configuration
 *     and tokenizer every later checkpoint copies
 */
public record CheckpointSettings(
        Map<String, String> identity,
        Retention retention,
        boolean background,
        List<CheckpointPart> parts,
        Set<Long> pinned) {

    public CheckpointSettings {
        identity = Map.copyOf(identity);
        parts = List.copyOf(parts);
        pinned = Set.copyOf(pinned);
    }
}

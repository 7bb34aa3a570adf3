package org.rpt4j.backend.jni;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightSpec;

/**
 * How the engine holds the weights of a model.
 *
 * @param frozen whether they are not trained: only packed matrices, norms, biases and the embedding are in memory
 * @param types how their files store them, by name, as far as that is known
 * @param adapter what is trained over frozen weights, if anything
 */
record HeldWeights(boolean frozen, Map<String, String> types, Optional<LoraOptions> adapter) {

    HeldWeights {
        types = Map.copyOf(types);
    }

    boolean isStoredAs(WeightSpec weight, Set<String> oneOf) {
        return oneOf.contains(types.getOrDefault(weight.name(), ""));
    }
}

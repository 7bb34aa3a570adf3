package org.rpt4j.model.format;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads the {@link Experts} of Qwen3-MoE from {@code config.json}, by the names and defaults of transformers'
 * Qwen3MoeConfig. Stateless.
 */
final class ExpertsReader {

    private static final String COUNT = "num_experts";
    /** What newer versions call it. */
    private static final String LOCAL_COUNT = "num_local_experts";

    private static final String PER_TOKEN = "num_experts_per_tok";
    private static final String DENSE = "mlp_only_layers";

    private ExpertsReader() {}

    static Experts read(JsonFields json, int layers) {
        String key = json.has(COUNT) || !json.has(LOCAL_COUNT) ? COUNT : LOCAL_COUNT;
        int count = json.has(key) ? json.integer(key, 0) : 128;
        if (json.has(LOCAL_COUNT) && json.integer(LOCAL_COUNT, 0) != count) {
            throw json.refuse(LOCAL_COUNT, "the same as \"" + COUNT + "\", which is " + count + ", or nothing");
        }
        int perToken = json.positiveOr(PER_TOKEN, 8);
        int width = json.positiveOr("moe_intermediate_size", 768);
        boolean normalised = json.flagOr("norm_topk_prob", false);
        Set<Integer> dense = denseLayers(json, layers);
        if (count == 0 || dense.size() == layers) {
            return Experts.NONE;
        }
        if (perToken > count) {
            throw json.refuse(PER_TOKEN, "at most \"" + key + "\", which is " + count);
        }
        return new Experts(count, perToken, width, normalised, dense);
    }

    /** Those of a list, and all but every n-th. */
    private static Set<Integer> denseLayers(JsonFields json, int layers) {
        int step = json.positiveOr("decoder_sparse_step", 1);
        int[] listed = json.has(DENSE) ? json.integers(DENSE, 0) : new int[0];
        for (int layer : listed) {
            if (layer >= layers) {
                throw json.unexpected(
                        DENSE,
                        json.object().path(DENSE),
                        "a list of numbers of layers, all below the " + layers + " layers");
            }
        }
        return IntStream.concat(
                        IntStream.of(listed), IntStream.range(0, layers).filter(layer -> (layer + 1) % step != 0))
                .boxed()
                .collect(Collectors.toSet());
    }
}

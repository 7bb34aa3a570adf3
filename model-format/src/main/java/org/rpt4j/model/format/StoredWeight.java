package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A tensor of a checkpoint's files, and the weights whose rows lie in it one after the other: usually one, several for a
 * fused projection.
 *
 * @param spec name and shape in the files
 * @param parts the weights, in the order of their rows
 */
record StoredWeight(WeightSpec spec, List<WeightSpec> parts) {

    /** Ends of names of fused tensors by the end of the first part's name. */
    private static final Map<String, String> FUSED = Map.of(
            "self_attn.q_proj.weight", "self_attn.qkv_proj.weight", "mlp.gate_proj.weight", "mlp.gate_up_proj.weight");

    private static final List<String> FURTHER =
            List.of("self_attn.k_proj.weight", "self_attn.v_proj.weight", "mlp.up_proj.weight");

    StoredWeight {
        parts = List.copyOf(parts);
    }

    /** Returns how weights are stored, one by one or with the projections of one input fused. */
    static List<StoredWeight> of(List<WeightSpec> weights, boolean fused) {
        List<StoredWeight> stored = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            int end = i + 1;
            while (fused && end < weights.size() && isFurther(weights.get(end))) {
                end++;
            }
            stored.add(of(weights.subList(i, end)));
            i = end - 1;
        }
        return stored;
    }

    private static boolean isFurther(WeightSpec weight) {
        return FURTHER.stream().anyMatch(weight.name()::endsWith);
    }

    private static StoredWeight of(List<WeightSpec> parts) {
        WeightSpec first = parts.get(0);
        if (parts.size() == 1) {
            return new StoredWeight(first, parts);
        }
        int rows = parts.stream().mapToInt(part -> part.shape().get(0)).sum();
        String name = FUSED.entrySet().stream()
                .filter(fusion -> first.name().endsWith(fusion.getKey()))
                .map(fusion -> first.name().replace(fusion.getKey(), fusion.getValue()))
                .findAny()
                .orElseThrow();
        return new StoredWeight(new WeightSpec(name, List.of(rows, first.shape().get(1))), parts);
    }

    /** Returns the first element of a part. */
    long start(WeightSpec part) {
        return parts.subList(0, parts.indexOf(part)).stream()
                .mapToLong(WeightSpec::size)
                .sum();
    }

    /** Returns the tensor for a file; asks for its parts in order, when it is written. */
    SafetensorsWriter.Entry entry(DType dtype, Function<WeightSpec, FloatBuffer> weights) {
        return new SafetensorsWriter.Entry(
                spec.name(),
                dtype,
                spec.shape(),
                () -> parts.size() == 1 ? weights.apply(parts.get(0)) : joined(weights));
    }

    private FloatBuffer joined(Function<WeightSpec, FloatBuffer> weights) {
        FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(spec.size()));
        for (WeightSpec part : parts) {
            all.put(weights.apply(part).duplicate());
        }
        return all.flip();
    }
}

package org.rpt4j.tck;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceModel;

/** Adapters of the tiny models in which nothing is trivial: neither A nor B is 0. */
final class Adapters {

    /** A on the left of every projection, at a scale that is neither 1 nor a power of two. */
    static final LoraOptions FULL = LoraOptions.builder().rank(3).alpha(5).build();

    /** Some projections, at the scale of rsLoRA. */
    static final LoraOptions PARTIAL = LoraOptions.builder()
            .rank(2)
            .alpha(3)
            .rankStabilised(true)
            .targets(List.of("k_proj", "o_proj", "up_proj", "down_proj"))
            .build();

    private static final long SEED = 20251201;

    private Adapters() {}

    /** Writes an adapter for the model of a check, and returns both as one source. */
    static ModelSource over(Fixture f, LoraOptions options) {
        return over(f.source(), f.model().config(), f.path("adapter-" + options.rank()), options);
    }

    static ModelSource over(ModelSource base, ModelConfig config, Path directory, LoraOptions options) {
        AdapterLayout layout = AdapterLayout.of(config, options);
        AdapterWriter.write(directory, base, options, layout, spec -> values(layout, spec));
        return base.withAdapter(directory);
    }

    private static FloatBuffer values(AdapterLayout layout, WeightSpec spec) {
        FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(spec.size()));
        int index = layout.all().indexOf(spec);
        for (int i = 0; i < values.capacity(); i++) {
            values.put(i, (float) (0.6 * CounterRandom.uniform(SEED, 0, index, 0, i) - 0.3));
        }
        return values;
    }

    /** Reads A and B of a source, in the order of the layout. */
    static double[][] values(ModelSource source, ModelConfig config) {
        try (Adapter adapter = Adapter.open(source, config)) {
            return adapter.layout().all().stream()
                    .map(spec -> {
                        float[] values = new float[Math.toIntExact(spec.size())];
                        adapter.read(spec, FloatBuffer.wrap(values));
                        return ReferenceModel.doubles(values);
                    })
                    .toArray(double[][]::new);
        }
    }

    /** Reads A and B of a policy from the adapter that it saves. */
    static double[][] saved(Fixture f, TrainablePolicy policy) {
        Path saved = f.path("saved-adapter");
        policy.save(saved);
        return values(f.source().withAdapter(saved), f.model().config());
    }
}

package org.rpt4j.samples.examples;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.kit.InputLimits;

/** The weights of {@link OwnBackend}: row-major matrices and vectors in memory. Thread-safe. */
final class OwnWeights {

    private final ModelConfig config;
    private final WeightLayout layout;
    private final AbsentTokens absentTokens;
    private final float[][] values;

    private OwnWeights(ModelConfig config, WeightLayout layout, AbsentTokens absentTokens, float[][] values) {
        this.config = config;
        this.layout = layout;
        this.absentTokens = absentTokens;
        this.values = values;
    }

    /**
     * Reads a checkpoint. {@link Checkpoint} knows one file and many, F32, F16 and BF16, and refuses what is missing,
     * damaged, not finite, or contradicts the configuration.
     */
    static OwnWeights read(ModelSource source) {
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            // Newer families switch on more than this decoder computes: refuse them by name.
            checkpoint.config().requireComputed("own", Set.of());
            List<WeightSpec> specs = checkpoint.layout().all();
            float[][] values = new float[specs.size()][];
            for (int i = 0; i < values.length; i++) {
                values[i] = new float[Math.toIntExact(specs.get(i).size())];
                checkpoint.read(specs.get(i), FloatBuffer.wrap(values[i]));
            }
            return new OwnWeights(checkpoint.config(), checkpoint.layout(), checkpoint.absentTokens(), values);
        }
    }

    ModelConfig config() {
        return config;
    }

    /** Ids that no token has: a model may be padded to more rows than its tokenizer has tokens. */
    AbsentTokens absentTokens() {
        return absentTokens;
    }

    /** What a call may ask for. */
    InputLimits limits() {
        return InputLimits.of(config.describe(), absentTokens);
    }

    float[] embedding() {
        return values[WeightLayout.EMBEDDING];
    }

    float[] finalNorm() {
        return values[WeightLayout.FINAL_NORM];
    }

    /** The embedding again if the head is tied. */
    float[] head() {
        return values[layout.head()];
    }

    float[] get(int layer, LayerWeight weight) {
        return values[layout.index(layer, weight)];
    }

    /** A bias or norm that not every architecture has. */
    float @Nullable [] find(int layer, LayerWeight weight) {
        return layout.has(weight) ? get(layer, weight) : null;
    }
}

package org.rpt4j.tck;

import java.util.List;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;

/**
 * A model of one layer, tiny except for what a rule sets: one number of a configuration at a time has the size that it
 * has in real models. Not thread-safe.
 */
final class ModelShape {

    private static final long SEED = 20251130;

    private Architecture architecture = Architecture.QWEN3;
    private int vocabulary = TinyModel.VOCABULARY;
    private int hidden = 16;
    private int heads = 4;
    private int keyValueHeads = 2;
    private int headSize = 8;
    private int context = 512;
    private double epsilon = 1e-6;
    private double theta = 10_000;
    private RopeScaling scaling = new RopeScaling.None();
    private boolean tied;

    ModelShape architecture(Architecture architecture) {
        this.architecture = architecture;
        return this;
    }

    ModelShape vocabulary(int vocabulary) {
        this.vocabulary = vocabulary;
        return this;
    }

    ModelShape hidden(int hidden) {
        this.hidden = hidden;
        return this;
    }

    ModelShape heads(int heads, int keyValueHeads, int headSize) {
        this.heads = heads;
        this.keyValueHeads = keyValueHeads;
        this.headSize = headSize;
        return this;
    }

    ModelShape context(int context) {
        this.context = context;
        return this;
    }

    ModelShape epsilon(double epsilon) {
        this.epsilon = epsilon;
        return this;
    }

    ModelShape rotary(double theta, RopeScaling scaling) {
        this.theta = theta;
        this.scaling = scaling;
        return this;
    }

    ModelShape tied() {
        this.tied = true;
        return this;
    }

    /** Returns the model with random weights, the same for the same shape. */
    ReferenceModel model() {
        ModelConfig config = new ModelConfig(
                architecture,
                vocabulary,
                hidden,
                12,
                1,
                heads,
                keyValueHeads,
                headSize,
                context,
                epsilon,
                theta,
                scaling,
                tied,
                architecture == Architecture.QWEN2,
                false,
                architecture == Architecture.QWEN3,
                List.of());
        return ReferenceModel.random(config, SEED);
    }
}

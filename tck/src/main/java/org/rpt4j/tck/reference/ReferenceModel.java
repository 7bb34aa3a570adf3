package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigWriter;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;

/**
 * A decoder's shape and weights: one flat row-major array per entry of the layout. Mutable through the arrays; not
 * thread-safe during changes.
 */
public final class ReferenceModel {

    private final ModelConfig config;
    private final WeightLayout layout;
    private final double[][] weights;
    private final AbsentTokens absentTokens;

    private ReferenceModel(ModelConfig config, double[][] weights, AbsentTokens absentTokens) {
        this.config = config;
        this.absentTokens = absentTokens;
        this.layout = WeightLayout.of(config);
        this.weights = weights;
    }

    /**
     * Creates a model over the given weights without copying them.
     *
     * @param weights one array per entry of {@link WeightLayout#all()}, in its order
     * @throws IllegalArgumentException if a size differs from the layout's
     */
    public static ReferenceModel of(ModelConfig config, double[][] weights) {
        List<WeightSpec> specs = WeightLayout.of(config).all();
        if (weights.length != specs.size()) {
            throw new IllegalArgumentException("got " + weights.length + " weights for a layout of " + specs.size());
        }
        for (int i = 0; i < weights.length; i++) {
            if (weights[i].length != specs.get(i).size()) {
                throw new IllegalArgumentException(specs.get(i) + " was given " + weights[i].length + " values");
            }
        }
        return new ReferenceModel(config, weights, AbsentTokens.NONE);
    }

    /**
     * Creates a random model in which nothing is trivial: norms differ from 1, biases from 0, and the logits from each
     * other. Weights are float32 numbers; the same seed gives the same model everywhere.
     */
    public static ReferenceModel random(ModelConfig config, long seed) {
        List<WeightSpec> specs = WeightLayout.of(config).all();
        double[][] weights = new double[specs.size()][];
        for (int i = 0; i < weights.length; i++) {
            WeightSpec spec = specs.get(i);
            boolean norm = !spec.decays() && spec.name().endsWith(".weight");
            double spread = spec.decays() ? 2 / Math.sqrt(spec.shape().get(1)) : 0.5;
            weights[i] = new double[Math.toIntExact(spec.size())];
            for (int j = 0; j < weights[i].length; j++) {
                double uniform = 2 * CounterRandom.uniform(seed, 0, i, j, 0) - 1;
                weights[i][j] = (float) ((norm && !config.switches().normAddsOne() ? 1 : 0) + spread * uniform);
            }
        }
        return new ReferenceModel(config, weights, AbsentTokens.NONE);
    }

    /**
     * Reads a checkpoint in the Hugging Face layout.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    public static ReferenceModel read(Path directory) {
        return read(ModelSource.directory(directory));
    }

    /**
     * Reads a checkpoint without the keys of its configuration that the source accepts.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    public static ReferenceModel read(ModelSource source) {
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            List<WeightSpec> specs = checkpoint.layout().all();
            double[][] weights = new double[specs.size()][];
            for (int i = 0; i < weights.length; i++) {
                float[] stored = new float[Math.toIntExact(specs.get(i).size())];
                checkpoint.read(specs.get(i), FloatBuffer.wrap(stored));
                weights[i] = doubles(stored);
            }
            return new ReferenceModel(checkpoint.config(), weights, checkpoint.absentTokens());
        }
    }

    /**
     * Writes {@code config.json} and {@code model.safetensors} (F32) into a directory, which is created if missing.
     *
     * @throws CheckpointException if they cannot be written
     */
    public void write(Path directory) {
        SafetensorsWriter.write(directory.resolve("model.safetensors"), entries(), Map.of("format", "pt"));
        byte[] json = ModelConfigWriter.toJson(config).getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFiles.replace(directory.resolve("config.json"), out -> out.write(json));
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    /** Returns what {@link #write} stores, F32, in a list that may be changed. */
    public List<SafetensorsWriter.Entry> entries() {
        return new ArrayList<>(
                layout.entries(DType.F32, spec -> values(layout.all().indexOf(spec))));
    }

    /** Returns the shape. */
    public ModelConfig config() {
        return config;
    }

    /** Returns names, shapes and order of the weights. */
    public WeightLayout layout() {
        return layout;
    }

    /** Returns the ids that no token has. */
    public AbsentTokens absentTokens() {
        return absentTokens;
    }

    /** Returns the description for applications. */
    public ModelDescription description() {
        return config.describe();
    }

    /** Returns the weights in the order of the layout, without copying. */
    public double[][] weights() {
        return weights;
    }

    /** Returns one array of zeros per weight, for gradients. */
    public double[][] zeros() {
        double[][] zeros = new double[weights.length][];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = new double[weights[i].length];
        }
        return zeros;
    }

    /** Returns a model with a copy of the weights. */
    ReferenceModel copy() {
        return new ReferenceModel(
                config, Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new), absentTokens);
    }

    /** Returns the same numbers as doubles. */
    public static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    static FloatBuffer floats(double[] values) {
        FloatBuffer floats = FloatBuffer.allocate(values.length);
        for (double value : values) {
            floats.put((float) value);
        }
        return floats.flip();
    }

    /** Returns weight {@code index} as float32. */
    FloatBuffer values(int index) {
        return floats(weights[index]);
    }

    double[] layer(int layer, LayerWeight weight) {
        return weights[layout.index(layer, weight)];
    }
}

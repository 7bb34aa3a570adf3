package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.kit.InputLimits;

/**
 * A model in libtorch's memory: single-precision master weights, the program that computes with them, and rotary
 * tables. Confined to the engine thread after construction, except for the final fields without tensors.
 */
final class DjlModel implements AutoCloseable {

    /** Scalar type codes of libtorch. */
    static final int FLOAT32_CODE = 6;

    private static final int BFLOAT16_CODE = 15;

    final Path directory;
    final ModelConfig config;
    final WeightLayout layout;
    final InputLimits limits;
    private final NDManager manager;
    private final Script script;
    private final NDArray cosines;
    private final NDArray sines;
    private final List<NDArray> masters;
    private final Precision precision;
    private @Nullable NDManager copyScope;
    private List<NDArray> copies = List.of();
    private long version;

    private DjlModel(
            Path directory,
            ModelConfig config,
            WeightLayout layout,
            InputLimits limits,
            NDManager manager,
            Script script,
            List<NDArray> masters,
            Precision precision) {
        this.directory = directory;
        this.config = config;
        this.layout = layout;
        this.limits = limits;
        this.manager = manager;
        this.script = script;
        this.masters = masters;
        this.precision = precision;
        this.cosines = rotaryTable(manager, config, true);
        this.sines = rotaryTable(manager, config, false);
    }

    /** Loads a checkpoint; runs on the engine thread. */
    static DjlModel load(
            ModelSource source, ai.djl.Device device, Scripts scripts, Precision precision, boolean trainable)
            throws IOException {
        NDManager manager = TorchEngine.start().newBaseManager(device);
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            checkpoint.config().requireComputed("djl", Set.of());
            Script script = scripts.of(checkpoint.config(), checkpoint.absentTokens());
            List<NDArray> masters = new ArrayList<>();
            for (WeightSpec spec : checkpoint.layout().all()) {
                NDArray weight = Tensors.filled(manager, spec.shape(), values -> checkpoint.read(spec, values));
                weight.setRequiresGradient(trainable);
                masters.add(weight);
            }
            return new DjlModel(
                    source.directory(),
                    checkpoint.config(),
                    checkpoint.layout(),
                    InputLimits.of(checkpoint.config().describe(), checkpoint.absentTokens()),
                    manager,
                    script,
                    List.copyOf(masters),
                    precision);
        } catch (RuntimeException | IOException e) {
            manager.close();
            throw e;
        }
    }

    /** Opens a scope for the tensors of one operation. */
    NDManager newScope() {
        return manager.newSubManager();
    }

    Script script() {
        return script;
    }

    /** cos(position * frequency) for every position, [context, headSize]. */
    NDArray cosines() {
        return cosines;
    }

    /** sin(position * frequency) for every position, [context, headSize]. */
    NDArray sines() {
        return sines;
    }

    /** Returns the trainable single-precision weights. */
    List<NDArray> masters() {
        return masters;
    }

    /**
     * Returns the weights for passes without gradients: the masters, or, of the layers, bfloat16 copies made once per
     * version.
     */
    List<NDArray> inferenceWeights() {
        if (precision == Precision.FP32) {
            return masters;
        }
        if (copyScope == null) {
            copyScope = newScope();
            int ofLayers = layout.layerStart();
            List<NDArray> weights = new ArrayList<>(masters.subList(0, ofLayers));
            weights.addAll(script.call(
                    copyScope, false, "cast", new long[] {BFLOAT16_CODE}, masters.subList(ofLayers, masters.size())));
            copies = List.copyOf(weights);
        }
        return copies;
    }

    /** Returns libtorch's code of the type used by passes. */
    int computeTypeCode() {
        return typeCode(precision);
    }

    /** Returns libtorch's code of the type used by a precision. */
    static int typeCode(Precision precision) {
        return precision == Precision.BF16 ? BFLOAT16_CODE : FLOAT32_CODE;
    }

    long version() {
        return version;
    }

    /** Called after the masters have changed. */
    void weightsChanged() {
        version++;
        if (copyScope != null) {
            copyScope.close();
            copyScope = null;
            copies = List.of();
        }
    }

    /** Returns the numbers of live tensors, for leak tests. */
    int liveTensors() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }

    private static NDArray rotaryTable(NDManager manager, ModelConfig config, boolean cosine) {
        double[] frequencies = config.rotaryFrequencies(DecoderSwitches.Rotation.GLOBAL);
        int half = frequencies.length;
        float[] table = new float[Math.multiplyExact(config.contextLength(), 2 * half)];
        for (int position = 0; position < config.contextLength(); position++) {
            for (int i = 0; i < half; i++) {
                double angle = position * frequencies[i];
                float value = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
                table[position * 2 * half + i] = value;
                table[position * 2 * half + half + i] = value;
            }
        }
        return manager.create(table, new Shape(config.contextLength(), 2L * half));
    }
}

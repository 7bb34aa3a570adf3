package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.backend.djl.torchscript.DecoderScript;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.kit.InputLimits;

/**
 * A model in libtorch's memory: weights, the program that computes with them, and rotary tables. Weights that are trained
 * are in single precision; those under an adapter are in the type of the passes. Confined to the engine thread after
 * construction, except for the final fields without tensors.
 */
final class DjlModel implements AutoCloseable {

    /** Scalar type codes of libtorch. */
    static final int FLOAT32_CODE = 6;

    private static final int BFLOAT16_CODE = 15;

    final ModelSource source;
    final ModelConfig config;
    final WeightLayout layout;
    final InputLimits limits;
    /** What is trained beside the weights, if anything; then it alone is trained. */
    final Optional<DjlAdapter> adapter;

    private final NDManager manager;
    private final Script script;
    private final NDArray cosines;
    private final NDArray sines;
    private final List<NDArray> weights;
    private final Precision precision;
    private final boolean isFrozen;
    private @Nullable NDManager copyScope;
    private List<NDArray> copies = List.of();
    private long version;

    private DjlModel(
            ModelSource source,
            Checkpoint checkpoint,
            NDManager manager,
            Script script,
            List<NDArray> weights,
            Precision precision,
            Optional<DjlAdapter> adapter) {
        this.source = source;
        this.config = checkpoint.config();
        this.layout = checkpoint.layout();
        this.limits = InputLimits.of(config.describe(), checkpoint.absentTokens());
        this.manager = manager;
        this.script = script;
        this.weights = List.copyOf(weights);
        this.precision = precision;
        this.adapter = adapter;
        this.isFrozen = adapter.isPresent();
        this.cosines = rotaryTable(manager, config, true);
        this.sines = rotaryTable(manager, config, false);
    }

    /** The model under the adapter of another, by the same tensors. */
    private DjlModel(DjlModel adapted, Script script) {
        this.source = adapted.source;
        this.config = adapted.config;
        this.layout = adapted.layout;
        this.limits = adapted.limits;
        this.manager = adapted.manager.newSubManager();
        this.script = script;
        this.weights = adapted.weights;
        this.precision = adapted.precision;
        this.adapter = Optional.empty();
        this.isFrozen = true;
        this.cosines = adapted.cosines;
        this.sines = adapted.sines;
    }

    /** Loads a checkpoint, with its adapter as part of the weights; runs on the engine thread. */
    static DjlModel load(
            ModelSource source, ai.djl.Device device, Scripts scripts, Precision precision, boolean trainable)
            throws IOException {
        NDManager manager = TorchEngine.start().newBaseManager(device);
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            Script script = scripts.of(checkpoint.config(), checkpoint.absentTokens(), Optional.empty());
            List<NDArray> weights = new ArrayList<>();
            for (WeightSpec spec : checkpoint.layout().all()) {
                NDArray weight = Tensors.filled(manager, spec.shape(), values -> checkpoint.read(spec, values));
                weight.setRequiresGradient(trainable);
                weights.add(weight);
            }
            return new DjlModel(source, checkpoint, manager, script, weights, precision, Optional.empty());
        } catch (RuntimeException | IOException e) {
            manager.close();
            throw e;
        }
    }

    /** Loads a checkpoint to train the adapter over it; runs on the engine thread. */
    static DjlModel loadAdapted(ModelSource source, ai.djl.Device device, Scripts scripts, Precision precision)
            throws IOException {
        NDManager manager = TorchEngine.start().newBaseManager(device);
        try (Checkpoint checkpoint = Checkpoint.open(source.withoutAdapter());
                Adapter adapter = Adapter.openTrainable(source, checkpoint.config())) {
            Script script = scripts.of(checkpoint.config(), checkpoint.absentTokens(), Optional.of(adapter.options()));
            List<NDArray> weights = new ArrayList<>();
            for (WeightSpec spec : checkpoint.layout().all()) {
                NDArray weight = Tensors.filled(manager, spec.shape(), values -> checkpoint.read(spec, values));
                boolean rounded = precision == Precision.BF16
                        && weights.size() >= checkpoint.layout().layerStart(0);
                weights.add(rounded ? rounded(script, manager, weight) : weight);
            }
            return new DjlModel(
                    source,
                    checkpoint,
                    manager,
                    script,
                    weights,
                    precision,
                    Optional.of(DjlAdapter.load(
                            adapter,
                            manager,
                            scripts.of(checkpoint.config(), checkpoint.absentTokens(), Optional.empty()))));
        } catch (RuntimeException | IOException e) {
            manager.close();
            throw e;
        }
    }

    private static NDArray rounded(Script script, NDManager manager, NDArray weight) {
        try (weight) {
            return script.callOne(manager, false, "cast", new long[] {BFLOAT16_CODE}, List.of(weight));
        }
    }

    /** The model under the adapter, which there is. Closing it frees nothing of this one. */
    DjlModel withoutAdapter() {
        return new DjlModel(this, adapter.orElseThrow().scriptWithout());
    }

    /** Opens a scope for the tensors of one operation. */
    NDManager newScope() {
        return manager.newSubManager();
    }

    Script script() {
        return script;
    }

    /** cos(position * frequency) for every position, [context, rotations * rotarySize]. */
    NDArray cosines() {
        return cosines;
    }

    /** sin(position * frequency) for every position, [context, rotations * rotarySize]. */
    NDArray sines() {
        return sines;
    }

    /** Names and shapes of {@link #trained}. */
    List<WeightSpec> trainedSpecs() {
        return adapter.map(each -> each.layout().all()).orElseGet(layout::all);
    }

    /** Returns what is trained, in single precision: the adapter, or else all weights. */
    List<NDArray> trained() {
        return adapter.map(DjlAdapter::weights).orElse(weights);
    }

    /** Returns everything that a pass with gradients computes with: the weights, and the adapter behind them. */
    List<NDArray> trainingWeights() {
        return adapter.map(each ->
                        Stream.concat(weights.stream(), each.weights().stream()).toList())
                .orElse(weights);
    }

    /**
     * Returns what passes without gradients compute with: the same, or, of trained layers in bfloat16, copies made once
     * per version.
     */
    List<NDArray> inferenceWeights() {
        if (precision == Precision.FP32 || isFrozen) {
            return trainingWeights();
        }
        if (copyScope == null) {
            copyScope = newScope();
            int ofLayers = layout.layerStart(0);
            List<NDArray> cast = new ArrayList<>(this.weights.subList(0, ofLayers));
            cast.addAll(script.call(
                    copyScope,
                    false,
                    "cast",
                    new long[] {BFLOAT16_CODE},
                    this.weights.subList(ofLayers, this.weights.size())));
            copies = List.copyOf(cast);
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

    /** Called after what is trained has changed. */
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
        List<Rotation> rotations = DecoderScript.rotations(config);
        int size = config.switches().rotarySize();
        int width = rotations.size() * size;
        float[] table = new float[Math.multiplyExact(config.contextLength(), width)];
        for (int r = 0; r < rotations.size(); r++) {
            double[] frequencies = config.rotaryFrequencies(rotations.get(r));
            double factor = config.rotaryFactor(rotations.get(r));
            for (int position = 0; position < config.contextLength(); position++) {
                for (int i = 0; i < frequencies.length; i++) {
                    double angle = position * frequencies[i];
                    float value = (float) (factor * (cosine ? Math.cos(angle) : Math.sin(angle)));
                    table[position * width + r * size + i] = value;
                    table[position * width + r * size + frequencies.length + i] = value;
                }
            }
        }
        return manager.create(table, new Shape(config.contextLength(), width));
    }
}

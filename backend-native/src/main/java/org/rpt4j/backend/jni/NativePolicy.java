package org.rpt4j.backend.jni;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.CheckpointSnapshot;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.kit.FiniteNumbers;

/** A model as a policy: generation, log-probabilities, training. */
final class NativePolicy implements TrainablePolicy {

    /** Tokens per pass without gradients: enough to keep the matrix products busy, few enough to bound memory. */
    static final int TOKENS_PER_PASS = 4096;

    private final ModelHandle model;
    private final BackendOptions options;
    // Only one thread at a time uses the fields below, within ModelHandle.use.
    private @Nullable NativeForwardPass openPass;
    private @Nullable NativeOptimizer openOptimizer;
    private final GradientSum gradients;

    NativePolicy(ModelHandle model, BackendOptions options) {
        this.model = model;
        this.options = options;
        this.gradients = new GradientSum(model);
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    @Override
    public long version() {
        return model.version();
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> given, SamplingOptions sampling) {
        return model.useInterruptibly("generate", () -> {
            List<Prompt> prompts = model.limits().requireContinuable(given, sampling);
            if (prompts.isEmpty()) {
                return List.of();
            }
            try (RolloutEngine engine = new RolloutEngine(model, options.maxSequences(), prompts, sampling)) {
                return engine.run();
            }
        });
    }

    @Override
    public TokenValues logProbs(TokenBatch given) {
        return model.useInterruptibly("logProbs", () -> {
            TokenBatch batch = model.limits().requireComputable(given);
            double[] all = new double[batch.completionTokenCount()];
            int done = 0;
            int from = 0;
            while (from < batch.promptCount()) {
                int to = from + 1;
                while (to < batch.promptCount() && tokens(batch, from, to + 1) <= TOKENS_PER_PASS) {
                    to++;
                }
                FlatBatch flat = FlatBatch.of(batch, from, to, model.tokensPerPage());
                if (flat.targetTokens.length > 0) {
                    double[] values = new double[flat.targetTokens.length];
                    NativeEngine.logProbs(model.model(), flat, batch.temperature(), values);
                    System.arraycopy(values, 0, all, done, values.length);
                    done += values.length;
                }
                from = to;
            }
            return FiniteNumbers.logProbs(batch, all);
        });
    }

    private static long tokens(TokenBatch batch, int from, int to) {
        int[] prompts = batch.promptOffsets();
        int[] offsets = batch.completionOffsets();
        int[] groups = batch.groupOffsets();
        return (long) prompts[to] - prompts[from] + offsets[groups[to]] - offsets[groups[from]];
    }

    @Override
    public ForwardPass forward(TokenBatch batch) {
        model.requireGradients("forward");
        return model.useInterruptibly("forward", () -> {
            if (openPass != null) {
                throw new IllegalStateException("a forward pass is open; close it before the next");
            }
            openPass = new NativeForwardPass(
                    this, model.limits().requireComputable(batch), options.recomputeActivations());
            return openPass;
        });
    }

    @Override
    public Optimizer openOptimizer(OptimizerOptions optimizerOptions) {
        if (!NativeBackend.OPTIMIZERS.contains(optimizerOptions.name())) {
            throw new UnsupportedCapabilityException("Backend \"" + NativeBackend.NAME + "\" has no optimizer named \""
                    + optimizerOptions.name() + "\". Available: " + String.join(", ", NativeBackend.OPTIMIZERS) + ".");
        }
        model.requireGradients("openOptimizer");
        return model.use("openOptimizer", () -> {
            if (openOptimizer != null) {
                throw new IllegalStateException("this policy has an open optimizer; close it before the next");
            }
            openOptimizer = new NativeOptimizer(this, optimizerOptions);
            return openOptimizer;
        });
    }

    @Override
    public void save(Path directory) {
        model.use("save", () -> {
            CheckpointWriter.write(directory, model.directory, model.shape.layout, DType.F32, this::weight);
            return true;
        });
    }

    @Override
    public Snapshot snapshot() {
        return model.use(
                "snapshot", () -> CheckpointSnapshot.of(model.directory, model.shape.layout, DType.F32, this::weight));
    }

    private FloatBuffer weight(WeightSpec spec) {
        return model.weight(model.shape.layout.all().indexOf(spec));
    }

    @Override
    public void close() {
        model.close();
    }

    ModelHandle model() {
        return model;
    }

    void passClosed(NativeForwardPass pass) {
        if (openPass == pass) {
            openPass = null;
        }
    }

    void optimizerClosed() {
        openOptimizer = null;
        gradients.release();
    }

    GradientSum gradients() {
        return gradients;
    }
}

package org.rpt4j.backend.jni;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.CheckpointSnapshot;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.WeightSpec;

/** A model as a policy: generation, log-probabilities, training. */
final class NativePolicy implements TrainablePolicy {

    private final ModelHandle model;
    private final BackendOptions options;
    private final PolicyComputation computation;
    // Only one thread at a time uses the fields below, within ModelHandle.use.
    private @Nullable NativeForwardPass openPass;
    private @Nullable NativeOptimizer openOptimizer;
    // Of the two, only one is ever used: the waiting pass with updates layer by layer, else the sum.
    private final GradientSum gradients;
    private final WaitingBackward waiting;

    NativePolicy(ModelHandle model, BackendOptions options) {
        this.model = model;
        this.options = options;
        this.computation = computation(UsedWeights.TRAINED, model::version);
        this.gradients = new GradientSum(model);
        this.waiting = new WaitingBackward(model);
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
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions sampling) {
        return computation.generate(prompts, sampling);
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        return computation.logProbs(batch);
    }

    @Override
    public DecodingSession openSession() {
        return computation.openSession(model::requireOpen);
    }

    @Override
    public ForwardPass forward(TokenBatch batch) {
        model.requireTrainable("forward");
        return model.useInterruptibly("forward", () -> {
            if (openPass != null) {
                throw new IllegalStateException("a forward pass is open; close it before the next");
            }
            waiting.requireNone();
            openPass = new NativeForwardPass(this, model.limits().requireComputable(batch), options);
            return openPass;
        });
    }

    @Override
    public Optimizer openOptimizer(OptimizerOptions optimizerOptions) {
        if (!NativeBackend.OPTIMIZERS.contains(optimizerOptions.name())) {
            throw new UnsupportedCapabilityException("Backend \"" + NativeBackend.NAME + "\" has no optimizer named \""
                    + optimizerOptions.name() + "\". Available: " + String.join(", ", NativeBackend.OPTIMIZERS) + ".");
        }
        model.requireTrainable("openOptimizer");
        return model.use("openOptimizer", () -> {
            if (openOptimizer != null) {
                throw new IllegalStateException("this policy has an open optimizer; close it before the next");
            }
            openOptimizer = new NativeOptimizer(this, optimizerOptions, options.moments(), options.layerwiseUpdates());
            return openOptimizer;
        });
    }

    @Override
    public GradientAccess gradients() {
        model.requireTrainable("gradients");
        model.requireOpen("gradients");
        if (options.layerwiseUpdates()) {
            throw new UnsupportedCapabilityException("with " + BackendOptions.LAYERWISE_UPDATES.name()
                    + ", the whole gradient never exists, so it cannot be read or added. Turn "
                    + BackendOptions.LAYERWISE_UPDATES.name() + " off, or set gradient-shards to 1.");
        }
        return new NativeGradients(model, gradients);
    }

    @Override
    public void save(Path target) {
        model.requireTrainable("save");
        model.use("save", () -> {
            @Nullable LowRankAdapter adapter = model.adapter();
            if (adapter == null) {
                CheckpointWriter.write(target, model.directory, model.shape.layout, DType.F32, this::weight);
            } else {
                AdapterWriter.write(target, adapter.source(), adapter.options(), adapter.layout(), this::weight);
            }
            return true;
        });
    }

    @Override
    public Snapshot snapshot() {
        model.requireTrainable("snapshot");
        return model.use("snapshot", () -> {
            @Nullable LowRankAdapter adapter = model.adapter();
            return adapter == null
                    ? CheckpointSnapshot.of(model.directory, model.shape.layout, DType.F32, this::weight)
                    : AdapterWriter.snapshot(adapter.source(), adapter.options(), adapter.layout(), this::weight);
        });
    }

    private FloatBuffer weight(WeightSpec spec) {
        return model.weight(model.trained().specs().indexOf(spec));
    }

    @Override
    public Policy withoutAdapter() {
        model.requireOpen("withoutAdapter");
        return model.adapter() == null
                ? TrainablePolicy.super.withoutAdapter()
                : new PolicyView(model, computation(UsedWeights.FROZEN, () -> 0), "this policy without its adapter");
    }

    @Override
    public Policy sampler() {
        model.requireOpen("sampler");
        return options.rolloutPrecision() == RolloutPrecision.EXACT
                ? this
                : new PolicyView(model, computation(UsedWeights.ROUNDED, model::version), "the sampler of this policy");
    }

    private PolicyComputation computation(UsedWeights weights, LongSupplier version) {
        return new PolicyComputation(model, options.maxSequences(), weights, version);
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
        waiting.clear();
    }

    /**
     * Adds the gradients of a pass, or has the pass wait for the update.
     *
     * @return whether the pass was handed over, and is no longer the caller's to close
     */
    boolean backward(long pass, double[] weights) {
        if (options.layerwiseUpdates()) {
            waiting.take(pass, weights);
            return true;
        }
        NativeEngine.backward(pass, weights, gradients.accumulate());
        return false;
    }

    /** Whether there has been a backward pass since the last {@link #clearGradients}. */
    boolean hasGradients() {
        return gradients.isPending() || waiting.isPending();
    }

    /** Runs one update; returns the norm of the gradient, and changes nothing if that is not finite. */
    double update(long adamw, NativeStructs.DecaySpan[] spans, NativeStructs.UpdateOptions update) {
        return options.layerwiseUpdates()
                ? waiting.update(adamw, spans, update)
                : NativeEngine.updateAdamW(adamw, gradients.handle(), spans, update);
    }

    void clearGradients() {
        gradients.clear();
        waiting.clear();
    }
}

package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
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
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;

/**
 * The reference policy: every sequence is computed on its own, in float64, without batching or prompt sharing. All
 * calls, including those of its passes and optimizer, are serialised on this object.
 */
public final class ReferencePolicy implements TrainablePolicy, OpenModels.Model {

    private final ReferenceModel model;
    private final InputLimits limits;
    private final Path source;
    private final Gradients gradients;
    private long version;
    private volatile boolean closed;
    private @Nullable ReferenceForwardPass openPass;
    private @Nullable ReferenceOptimizer openOptimizer;

    /**
     * Opens a checkpoint.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    public ReferencePolicy(ModelSource source) {
        this.model = ReferenceModel.read(source);
        this.limits = InputLimits.of(model.description(), model.absentTokens());
        this.source = source.directory();
        this.gradients = new Gradients(model);
    }

    @Override
    public synchronized ModelDescription description() {
        requireOpen();
        return model.description();
    }

    @Override
    public synchronized long version() {
        requireOpen();
        return version;
    }

    @Override
    public synchronized List<RolloutGroup> generate(List<Prompt> given, SamplingOptions options) {
        requireOpen();
        List<Prompt> prompts = limits.requireContinuable(given, options);
        ReferenceSampler sampler = new ReferenceSampler(model, options, version);
        List<RolloutGroup> groups = new ArrayList<>();
        for (Prompt prompt : prompts) {
            List<Rollout> rollouts = new ArrayList<>();
            for (int member = 0; member < options.groupSize(); member++) {
                rollouts.add(sampler.sample(prompt, member));
            }
            groups.add(new RolloutGroup(prompt, rollouts));
        }
        return groups;
    }

    @Override
    public synchronized TokenValues logProbs(TokenBatch given) {
        requireOpen();
        TokenBatch batch = limits.requireComputable(given);
        double[] values = new double[batch.completionTokenCount()];
        for (BatchSequence sequence : BatchSequence.of(batch)) {
            Interrupts.check("computing log-probabilities");
            SequenceLogProbs.read(sequence, sequence.forward(model), batch.temperature(), values);
        }
        return FiniteNumbers.logProbs(batch, values);
    }

    @Override
    public synchronized ForwardPass forward(TokenBatch batch) {
        requireOpen();
        if (openPass != null) {
            throw new IllegalStateException("a forward pass is open; close it before starting another");
        }
        openPass = new ReferenceForwardPass(this, limits.requireComputable(batch));
        return openPass;
    }

    @Override
    public synchronized Optimizer openOptimizer(OptimizerOptions options) {
        requireOpen();
        if (!options.name().equals(ReferenceOptimizer.NAME)) {
            throw new UnsupportedCapabilityException("Backend \"" + ReferenceBackend.NAME + "\" has no optimizer \""
                    + options.name() + "\". Available: " + ReferenceOptimizer.NAME + ".");
        }
        if (openOptimizer != null) {
            throw new IllegalStateException("an optimizer is open; close it before opening another");
        }
        openOptimizer = new ReferenceOptimizer(this, options);
        return openOptimizer;
    }

    @Override
    public synchronized void save(Path directory) {
        requireOpen();
        CheckpointWriter.write(directory, source, model.layout(), DType.F32, this::values);
    }

    @Override
    public synchronized Snapshot snapshot() {
        requireOpen();
        return CheckpointSnapshot.of(source, model.layout(), DType.F32, this::values);
    }

    private FloatBuffer values(WeightSpec weight) {
        return model.values(model.layout().all().indexOf(weight));
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Returns the live weights: changing them changes the policy. Not for use during other calls. */
    public ReferenceModel model() {
        return model;
    }

    Gradients gradients() {
        return gradients;
    }

    void raiseVersion() {
        version++;
    }

    void passClosed() {
        openPass = null;
    }

    void optimizerClosed() {
        openOptimizer = null;
        gradients.clear();
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the policy is closed");
        }
    }
}

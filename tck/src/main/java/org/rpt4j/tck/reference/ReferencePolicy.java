package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
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
import org.rpt4j.spi.kit.OpenModels;

/**
 * The reference policy: every sequence is computed on its own, in float64, without batching or prompt sharing. All
 * calls, including those of its passes and optimizer, are serialised on this object.
 */
public final class ReferencePolicy implements TrainablePolicy, OpenModels.Model {

    private final ModelSource source;
    private final ReferenceComputation computation;
    private final TrainedWeights trained;
    private final @Nullable ReferenceAdapter adapter;
    private final Gradients gradients;
    private long version;
    private volatile boolean closed;
    private @Nullable ReferenceForwardPass openPass;
    private @Nullable ReferenceOptimizer openOptimizer;

    /**
     * Opens a checkpoint, with the adapter over it if its source has one.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    public ReferencePolicy(ModelSource source) {
        this.source = source;
        this.adapter = source.adapter().isPresent() ? ReferenceAdapter.read(source) : null;
        ReferenceModel model = adapter == null ? ReferenceModel.read(source) : adapter.adapted();
        this.computation = ReferenceComputation.of(model);
        this.trained = adapter == null ? new AllWeights(model) : adapter;
        this.gradients = new Gradients(trained);
    }

    @Override
    public synchronized ModelDescription description() {
        requireOpen();
        return model().description();
    }

    @Override
    public synchronized long version() {
        requireOpen();
        return version;
    }

    @Override
    public synchronized List<RolloutGroup> generate(List<Prompt> given, SamplingOptions options) {
        requireOpen();
        return computation.generate(given, options, version);
    }

    @Override
    public synchronized TokenValues logProbs(TokenBatch given) {
        requireOpen();
        return computation.logProbs(given);
    }

    @Override
    public synchronized ForwardPass forward(TokenBatch batch) {
        requireOpen();
        if (openPass != null) {
            throw new IllegalStateException("a forward pass is open; close it before starting another");
        }
        openPass = new ReferenceForwardPass(this, computation.limits().requireComputable(batch));
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
    public synchronized GradientAccess gradients() {
        requireOpen();
        return new ReferenceGradientAccess(this);
    }

    @Override
    public synchronized DecodingSession openSession() {
        requireOpen();
        long opened = version;
        return computation.openSession(this, operation -> {
            requireOpen();
            if (version != opened) {
                throw new IllegalStateException("the session was opened with version " + opened
                        + " of the weights, which have version " + version + "; " + operation
                        + " is no longer possible. Open a new session.");
            }
        });
    }

    @Override
    public synchronized void save(Path directory) {
        requireOpen();
        if (adapter == null) {
            CheckpointWriter.write(directory, source.directory(), model().layout(), DType.F32, this::values);
        } else {
            AdapterWriter.write(directory, source, adapter.options(), adapter.layout(), this::values);
        }
    }

    @Override
    public synchronized Snapshot snapshot() {
        requireOpen();
        return adapter == null
                ? CheckpointSnapshot.of(source.directory(), model().layout(), DType.F32, this::values)
                : AdapterWriter.snapshot(source, adapter.options(), adapter.layout(), this::values);
    }

    private FloatBuffer values(WeightSpec weight) {
        return ReferenceModel.floats(trained.values()[trained.specs().indexOf(weight)]);
    }

    @Override
    public synchronized Policy withoutAdapter() {
        requireOpen();
        return adapter == null
                ? TrainablePolicy.super.withoutAdapter()
                : new FrozenReferencePolicy(this, adapter.base());
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
        return computation.model();
    }

    TrainedWeights trained() {
        return trained;
    }

    Gradients gradientSum() {
        return gradients;
    }

    void weightsChanged() {
        trained.changed();
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

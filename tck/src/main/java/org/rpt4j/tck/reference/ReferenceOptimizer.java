package org.rpt4j.tck.reference;

import java.nio.file.Path;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Snapshot;
import org.rpt4j.model.format.OptimizerStateFile;

/** AdamW, as defined by {@link OptimizerOptions}. */
final class ReferenceOptimizer implements Optimizer {

    static final String NAME = "adamw";

    private final ReferencePolicy policy;
    private OptimizerOptions options;
    private OptimizerState state;
    private boolean closed;

    ReferenceOptimizer(ReferencePolicy policy, OptimizerOptions options) {
        this.policy = policy;
        this.options = options;
        this.state = OptimizerState.initial(policy.trained());
    }

    @Override
    public OptimizerStep step() {
        synchronized (policy) {
            requireOpen();
            Gradients gradients = policy.gradientSum();
            double rate = options.learningRateAt(state.stepCount() + 1);
            double norm = gradients.norm();
            boolean applied = gradients.present() && Double.isFinite(norm);
            if (applied) {
                state = new OptimizerState(state.first(), state.second(), state.stepCount() + 1);
                double clip = norm > options.maxGradientNorm() ? options.maxGradientNorm() / norm : 1;
                for (int i = 0; i < gradients.values().length; i++) {
                    update(i, gradients.values()[i], clip, rate);
                }
                policy.weightsChanged();
            }
            gradients.clear();
            return new OptimizerStep(norm, applied, rate);
        }
    }

    private void update(int index, double[] gradient, double clip, double rate) {
        double[] w = policy.trained().values()[index];
        double[] m = state.first()[index];
        double[] v = state.second()[index];
        double decay = policy.trained().specs().get(index).decays() ? options.weightDecay() : 0;
        double firstCorrection = 1 - Math.pow(options.beta1(), state.stepCount());
        double secondCorrection = 1 - Math.pow(options.beta2(), state.stepCount());
        for (int i = 0; i < w.length; i++) {
            double g = clip * gradient[i];
            m[i] = (float) (options.beta1() * m[i] + (1 - options.beta1()) * g);
            v[i] = (float) (options.beta2() * v[i] + (1 - options.beta2()) * g * g);
            double direction = m[i] / firstCorrection / (Math.sqrt(v[i] / secondCorrection) + options.epsilon());
            w[i] = (float) (w[i] - rate * (decay * w[i] + direction));
        }
    }

    @Override
    public void zeroGradients() {
        synchronized (policy) {
            requireOpen();
            policy.gradientSum().clear();
        }
    }

    @Override
    public long stepCount() {
        synchronized (policy) {
            requireOpen();
            return state.stepCount();
        }
    }

    @Override
    public void setLearningRate(double learningRate) {
        synchronized (policy) {
            requireOpen();
            options = options.toBuilder().learningRate(learningRate).build();
        }
    }

    @Override
    public void saveState(Path file) {
        synchronized (policy) {
            requireOpen();
            OptimizerStateFile.write(file, policy.trained().specs(), state.stepCount(), state);
        }
    }

    @Override
    public Snapshot snapshotState() {
        synchronized (policy) {
            requireOpen();
            return OptimizerStateFile.snapshot(policy.trained().specs(), state.stepCount(), state);
        }
    }

    @Override
    public void restoreState(Path file) {
        synchronized (policy) {
            requireOpen();
            state = OptimizerState.read(file, policy.trained());
        }
    }

    @Override
    public void close() {
        synchronized (policy) {
            if (!closed) {
                closed = true;
                policy.optimizerClosed();
            }
        }
    }

    private void requireOpen() {
        policy.requireOpen();
        if (closed) {
            throw new IllegalStateException("the optimizer is closed");
        }
    }
}

package org.rpt4j.tck.wrong;

import java.nio.file.Path;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Snapshot;

/** An optimizer, for subclasses to break. */
class ForwardingOptimizer implements Optimizer {

    private final Optimizer delegate;

    ForwardingOptimizer(Optimizer delegate) {
        this.delegate = delegate;
    }

    @Override
    public OptimizerStep step() {
        return delegate.step();
    }

    @Override
    public void zeroGradients() {
        delegate.zeroGradients();
    }

    @Override
    public long stepCount() {
        return delegate.stepCount();
    }

    @Override
    public void setLearningRate(double learningRate) {
        delegate.setLearningRate(learningRate);
    }

    @Override
    public void saveState(Path file) {
        delegate.saveState(file);
    }

    @Override
    public Snapshot snapshotState() {
        return delegate.snapshotState();
    }

    @Override
    public void restoreState(Path file) {
        delegate.restoreState(file);
    }

    @Override
    public void close() {
        delegate.close();
    }
}

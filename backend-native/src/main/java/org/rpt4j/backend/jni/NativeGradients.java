package org.rpt4j.backend.jni;

import java.nio.FloatBuffer;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.spi.kit.InputLimits;

/** The gradients of a policy as numbers, in the order of the {@link ModelHandle#trained} weights. */
final class NativeGradients implements GradientAccess {

    private final ModelHandle model;
    private final GradientSum sum;

    NativeGradients(ModelHandle model, GradientSum sum) {
        this.model = model;
        this.sum = sum;
    }

    @Override
    public long size() {
        model.requireOpen("size of the gradients");
        return model.trained().total();
    }

    @Override
    public void read(long from, FloatBuffer into) {
        model.use("reading gradients", () -> {
            InputLimits.requireRange(from, into.remaining(), size());
            sum.read(from, into);
            return true;
        });
    }

    @Override
    public void add(long from, FloatBuffer values) {
        model.use("adding gradients", () -> {
            InputLimits.requireRange(from, values.remaining(), size());
            sum.add(from, values);
            return true;
        });
    }

    @Override
    public void clear() {
        model.use("clearing gradients", () -> {
            sum.clear();
            return true;
        });
    }
}

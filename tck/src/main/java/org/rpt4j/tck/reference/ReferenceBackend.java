package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/** The backend {@code reference}: all roles on the CPU in float64, slow and readable. Thread-safe. */
public final class ReferenceBackend implements Backend {

    /** The name under which it is looked up. */
    public static final String NAME = "reference";

    private final List<Runnable> closers = new ArrayList<>();
    private boolean closed;

    /**
     * Opens the backend. {@code threads}, {@code recomputeActivations} and {@code maxSequences} change nothing here: it
     * computes one sequence at a time on the calling thread.
     *
     * @throws DeviceUnavailableException for another device than the CPU
     * @throws UnsupportedCapabilityException for another precision than FP32
     */
    public ReferenceBackend(BackendOptions options) {
        if (!options.device().equals(Device.CPU)) {
            throw new DeviceUnavailableException(
                    "Backend \"" + NAME + "\" was asked for " + options.device() + " and has only cpu.");
        }
        if (options.precision() != Precision.FP32) {
            throw new UnsupportedCapabilityException("Backend \"" + NAME + "\" was asked for " + options.precision()
                    + " and computes in float64 over FP32 weights only. Use FP32.");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Set<String> optimizers() {
        return Set.of(ReferenceOptimizer.NAME);
    }

    @Override
    public ReferencePolicy openPolicy(ModelSource model) {
        return openTrainablePolicy(model);
    }

    @Override
    public ReferencePolicy openTrainablePolicy(ModelSource model) {
        return open(model, ReferencePolicy::new, ReferencePolicy::close);
    }

    @Override
    public ReferenceProxyScorer openProxyScorer(ModelSource model) {
        return open(model, ReferenceProxyScorer::new, ReferenceProxyScorer::close);
    }

    @Override
    public synchronized void close() {
        closed = true;
        closers.forEach(Runnable::run);
        closers.clear();
    }

    private synchronized <M> M open(ModelSource source, Function<ModelSource, M> constructor, Consumer<M> closer) {
        if (closed) {
            throw new IllegalStateException("Backend \"" + NAME + "\" is closed.");
        }
        M model = constructor.apply(source);
        closers.add(() -> closer.accept(model));
        return model;
    }
}

package org.rpt4j.backend.onnx;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.UnsupportedOptions;

/** An open backend and its models. It owns no threads: work runs on the threads of its callers. */
final class OnnxBackend implements Backend {

    static final String NAME = "onnx";
    static final Set<Capability> CAPABILITIES =
            Set.copyOf(EnumSet.of(Capability.SCORE, Capability.GENERATE, Capability.LOG_PROBS, Capability.DECODE));

    private final BackendOptions options;
    private final OpenModels models = new OpenModels(NAME);

    OnnxBackend(BackendOptions options) {
        OrtRuntime.require(options.device());
        if (options.precision() != Precision.FP32) {
            throw new UnsupportedCapabilityException("Backend \"" + NAME + "\" was asked for precision "
                    + options.precision() + " but computes in the precision of the graph, FP32 for checkpoints."
                    + " Use FP32; half-precision and quantised ONNX models run as they are.");
        }
        UnsupportedOptions.refuseInt8(NAME, options);
        UnsupportedOptions.refuseBf16Moments(NAME, options);
        UnsupportedOptions.refuseLayerwiseUpdates(NAME, options);
        UnsupportedOptions.refuseInt8Rollouts(NAME, options);
        this.options = options;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Policy openPolicy(ModelSource source) {
        if (options.device().kind() == Device.Kind.CUDA) {
            throw new UnsupportedCapabilityException("Backend \"" + NAME + "\" cannot generate on " + options.device()
                    + ": the Java API of ONNX Runtime cannot keep keys and values on a GPU between two tokens."
                    + " Generate on the cpu, or use another backend; scoring works on CUDA.");
        }
        return open(source, model -> OnnxPolicy.open(model, options));
    }

    @Override
    public ProxyScorer openProxyScorer(ModelSource source) {
        return open(source, model -> OnnxProxyScorer.open(model, options));
    }

    /**
     * Estimates only checkpoints on the CPU: the memory of an ONNX model depends on its graph, and that of a GPU is
     * unknown.
     */
    @Override
    public Optional<MemoryEstimate> estimateMemory(ModelSource source, List<Workload> work) {
        return options.device().kind() == Device.Kind.CUDA
                        || OnnxLocation.find(source.directory()).isPresent()
                ? Optional.empty()
                : Optional.of(MemoryPlan.of(ModelConfigReader.read(source), options, work));
    }

    private <T extends OpenModel> T open(ModelSource source, Function<LanguageModel, T> role) {
        return models.open(() -> {
            Interrupts.check("opening " + source.directory());
            try (LanguageModel model = LanguageModel.open(source)) {
                return role.apply(model);
            }
        });
    }

    /** The runtime belongs to the process and stays open. */
    @Override
    public void close() {
        models.close(() -> {});
    }
}

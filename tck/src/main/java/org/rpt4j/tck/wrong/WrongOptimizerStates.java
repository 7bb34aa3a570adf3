package org.rpt4j.tck.wrong;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.TensorInfo;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules O9 to O18, O22 and O23. */
final class WrongOptimizerStates {

    private WrongOptimizerStates() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofOptimizer("O9", "reports a step with overflowed gradients as applied", Overconfident::new),
                WrongTwin.ofOptimizer("O10", "decays weights in an empty step", EmptyDecay::new),
                WrongTwin.ofOptimizer("O11", "does not drop gradients when told to", Clinging::new),
                WrongTwin.ofPolicy("O12", "keeps the gradients of the last pass", Remembering::new),
                WrongTwin.ofOptimizer("O13", "counts calls instead of updates", CountingCalls::new),
                WrongTwin.ofOptimizer("O14", "starts afresh instead of restoring", Afresh::new),
                WrongTwin.ofOptimizer("O15", "continues without a state that it cannot read", Tolerant::new),
                WrongTwin.ofOptimizer("O16", "does not report that a state was not written", SilentLoss::new),
                WrongTwin.ofPolicy("O17", "closes the open optimizer for the next one", Replacing::new),
                WrongTwin.ofOptimizer("O18", "does not close", NeverClosed::new),
                WrongTwin.ofOptimizer("O22", "accepts any tensor with the right number of values", CountingValues::new),
                WrongTwin.ofOptimizer("O23", "restores whatever numbers a state has", Trusting::new));
    }

    private static final class Overconfident extends ForwardingOptimizer {
        Overconfident(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public OptimizerStep step() {
            OptimizerStep step = super.step();
            return new OptimizerStep(step.gradientNorm(), step.gradientNorm() != 0, step.learningRate());
        }
    }

    private static final class EmptyDecay extends ForwardingOptimizer {
        private final ReferencePolicy policy;
        private final OptimizerOptions options;

        EmptyDecay(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
            this.policy = policy;
            this.options = options;
        }

        @Override
        public OptimizerStep step() {
            OptimizerStep step = super.step();
            if (!step.applied()) {
                for (double[] weights : policy.model().weights()) {
                    for (int i = 0; i < weights.length; i++) {
                        weights[i] *= 1 - step.learningRate() * options.weightDecay();
                    }
                }
            }
            return step;
        }
    }

    private static final class Clinging extends ForwardingOptimizer {
        Clinging(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void zeroGradients() {
            // The mistake is to do nothing.
        }
    }

    private static final class Remembering extends ForwardingPolicy {
        private @Nullable TokenBatch lastBatch;
        private @Nullable TokenValues lastWeights;

        Remembering(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    super.backward(weights);
                    lastBatch = batch;
                    lastWeights = weights;
                }
            };
        }

        @Override
        public Optimizer openOptimizer(OptimizerOptions options) {
            return new ForwardingOptimizer(super.openOptimizer(options)) {
                @Override
                public OptimizerStep step() {
                    OptimizerStep step = super.step();
                    if (lastBatch != null && lastWeights != null) {
                        try (ForwardPass again = delegate().forward(lastBatch)) {
                            again.backward(lastWeights);
                        }
                    }
                    return step;
                }
            };
        }
    }

    private static final class CountingCalls extends ForwardingOptimizer {
        private long calls;

        CountingCalls(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public OptimizerStep step() {
            calls++;
            return super.step();
        }

        @Override
        public long stepCount() {
            return calls;
        }
    }

    private static final class Afresh extends ForwardingOptimizer {
        Afresh(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void restoreState(Path file) {
            // The mistake is to do nothing.
        }
    }

    private static final class Tolerant extends ForwardingOptimizer {
        Tolerant(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void restoreState(Path file) {
            try {
                super.restoreState(file);
            } catch (CheckpointException e) {
                zeroGradients();
            }
        }
    }

    /** Reads the values in file order, whatever shape the file declares. */
    private static final class CountingValues extends ForwardingOptimizer {
        private final WeightLayout layout;

        CountingValues(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
            this.layout = policy.model().layout();
        }

        @Override
        public void restoreState(Path file) {
            Path reshaped = file.resolveSibling(file.getFileName() + ".reshaped");
            try (SafetensorsFile state = SafetensorsFile.open(file)) {
                SafetensorsWriter.write(reshaped, entries(state), state.metadata());
            } catch (ModelFormatException e) {
                super.restoreState(file);
                return;
            }
            super.restoreState(reshaped);
        }

        private List<SafetensorsWriter.Entry> entries(SafetensorsFile state) {
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            for (TensorInfo tensor : state.tensors().values()) {
                FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.size()));
                state.read(tensor.name(), values);
                entries.add(new SafetensorsWriter.Entry(tensor.name(), DType.F32, shape(tensor), () -> values));
            }
            return entries;
        }

        /**
         * Returns the shape of the weight whose name the tensor's name ends with, if it has the same number of values.
         */
        private List<Integer> shape(TensorInfo tensor) {
            return layout.all().stream()
                    .filter(weight -> tensor.name().endsWith("." + weight.name()) && weight.size() == tensor.size())
                    .map(WeightSpec::shape)
                    .findFirst()
                    .orElseGet(
                            () -> tensor.shape().stream().map(Math::toIntExact).toList());
        }
    }

    /** Replaces what no optimizer can have by what one could, and restores that. */
    private static final class Trusting extends ForwardingOptimizer {
        Trusting(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void restoreState(Path file) {
            Path possible = file.resolveSibling(file.getFileName() + ".possible");
            try (SafetensorsFile state = SafetensorsFile.open(file)) {
                List<SafetensorsWriter.Entry> entries = new ArrayList<>();
                for (TensorInfo tensor : state.tensors().values()) {
                    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.size()));
                    state.read(tensor.name(), values);
                    for (int i = 0; i < values.capacity(); i++) {
                        values.put(i, Float.isFinite(values.get(i)) ? Math.abs(values.get(i)) : 0);
                    }
                    List<Integer> shape =
                            tensor.shape().stream().map(Math::toIntExact).toList();
                    entries.add(new SafetensorsWriter.Entry(tensor.name(), DType.F32, shape, () -> values));
                }
                SafetensorsWriter.write(possible, entries, state.metadata());
            } catch (ModelFormatException e) {
                super.restoreState(file);
                return;
            }
            super.restoreState(possible);
        }
    }

    private static final class SilentLoss extends ForwardingOptimizer {
        private boolean lost;

        SilentLoss(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void saveState(Path file) {
            try {
                super.saveState(file);
            } catch (CheckpointException e) {
                lost = true;
            }
        }

        @Override
        public void restoreState(Path file) {
            if (!lost) {
                super.restoreState(file);
            }
        }
    }

    private static final class Replacing extends ForwardingPolicy {
        private @Nullable Optimizer open;

        Replacing(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public Optimizer openOptimizer(OptimizerOptions options) {
            if (open != null) {
                open.close();
            }
            open = super.openOptimizer(options);
            return open;
        }
    }

    private static final class NeverClosed extends ForwardingOptimizer {
        NeverClosed(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void close() {
            // The mistake is to do nothing.
        }
    }
}

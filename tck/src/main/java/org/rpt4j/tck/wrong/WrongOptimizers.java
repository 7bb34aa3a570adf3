package org.rpt4j.tck.wrong;

import java.util.List;
import java.util.function.ObjDoubleConsumer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules O1 to O8. */
final class WrongOptimizers {

    private static final int BITS_BELOW_BFLOAT16 = 16;

    private WrongOptimizers() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofOptions("O1", "has its own epsilon", options -> with(options, "adamw", 1e-8)),
                WrongTwin.ofOptimizer("O2", "reports the norm after clipping", ClippedNorm::new),
                WrongTwin.ofOptions(
                        "O3",
                        "never clips",
                        options -> options.toBuilder()
                                .maxGradientNorm(Double.POSITIVE_INFINITY)
                                .build()),
                WrongTwin.ofOptions(
                        "O4",
                        "warms up one step too long",
                        options -> options.toBuilder()
                                .warmupSteps(options.warmupSteps() + 1)
                                .build()),
                WrongTwin.ofOptimizer("O5", "keeps the rate that it was opened with", FixedRate::new),
                ofAfterthought("O6", "decays norms and biases, too", WrongOptimizers::decayVectors),
                ofAfterthought("O7", "keeps its weights in bfloat16", WrongOptimizers::roundWeights),
                WrongTwin.ofOptions(
                        "O8",
                        "uses adamw for any unknown optimizer",
                        options -> with(options, "adamw", options.epsilon())));
    }

    private static OptimizerOptions with(OptimizerOptions options, String name, double epsilon) {
        return OptimizerOptions.builder()
                .name(name)
                .learningRate(options.learningRate())
                .beta1(options.beta1())
                .beta2(options.beta2())
                .epsilon(epsilon)
                .weightDecay(options.weightDecay())
                .maxGradientNorm(options.maxGradientNorm())
                .warmupSteps(options.warmupSteps())
                .build();
    }

    /** Changes the weights after each applied step; the number is learning rate times weight decay. */
    private static WrongTwin ofAfterthought(String rule, String mistake, ObjDoubleConsumer<ReferenceModel> change) {
        return WrongTwin.ofOptimizer(
                rule, mistake, (policy, options) -> new ForwardingOptimizer(policy.openOptimizer(options)) {
                    @Override
                    public OptimizerStep step() {
                        OptimizerStep step = super.step();
                        if (step.applied()) {
                            change.accept(policy.model(), step.learningRate() * options.weightDecay());
                        }
                        return step;
                    }
                });
    }

    private static void decayVectors(ReferenceModel model, double decay) {
        for (int i = 0; i < model.weights().length; i++) {
            if (!model.layout().all().get(i).decays()) {
                for (int j = 0; j < model.weights()[i].length; j++) {
                    model.weights()[i][j] *= 1 - decay;
                }
            }
        }
    }

    private static void roundWeights(ReferenceModel model, double decay) {
        for (double[] weights : model.weights()) {
            for (int j = 0; j < weights.length; j++) {
                int bits = Float.floatToRawIntBits((float) weights[j]);
                weights[j] = Float.intBitsToFloat(bits >> BITS_BELOW_BFLOAT16 << BITS_BELOW_BFLOAT16);
            }
        }
    }

    private static final class ClippedNorm extends ForwardingOptimizer {
        private final OptimizerOptions options;

        ClippedNorm(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
            this.options = options;
        }

        @Override
        public OptimizerStep step() {
            OptimizerStep step = super.step();
            double norm = Math.min(step.gradientNorm(), options.maxGradientNorm());
            return new OptimizerStep(norm, step.applied(), step.learningRate());
        }
    }

    private static final class FixedRate extends ForwardingOptimizer {
        FixedRate(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public void setLearningRate(double learningRate) {
            // The mistake is to do nothing.
        }
    }
}

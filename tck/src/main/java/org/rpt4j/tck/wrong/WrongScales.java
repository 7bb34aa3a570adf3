package org.rpt4j.tck.wrong;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T31 to T33, O24 and O25: trainers with room for small numbers only. */
final class WrongScales {

    private static final int MOST_PASSES = 32;
    private static final int MOST_TOKENS = 256;

    private WrongScales() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("T31", "keeps token ids in 16 bits", ShortIds::new),
                WrongTwin.ofPolicy("T32", "drops the gradients of micro-batch 33", FewPasses::new),
                WrongTwin.ofPolicy("T33", "learns from the first 256 tokens of a completion", ShortCompletions::new),
                WrongTwin.ofOptimizer("O24", "counts steps in 32 bits", ShortCount::new),
                WrongTwin.ofOptions(
                        "O25",
                        "has an epsilon of at least 1e-8",
                        options -> options.toBuilder()
                                .epsilon(Math.max(1e-8, options.epsilon()))
                                .build()));
    }

    private static final class ShortIds extends ForwardingPolicy {
        ShortIds(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return super.forward(Mistakes.withPrompts(
                    batch, e -> new Mistakes.Entry(Mistakes.low16(e.prompt()), e.completion(), e.all(), e.index())));
        }
    }

    private static final class FewPasses extends ForwardingPolicy {
        private int passes;

        FewPasses(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    if (passes++ < MOST_PASSES) {
                        super.backward(weights);
                    }
                }
            };
        }
    }

    private static final class ShortCompletions extends ForwardingPolicy {
        ShortCompletions(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    double[] cut = weights.values().clone();
                    for (int c = 0; c < batch.completionCount(); c++) {
                        int from = batch.completionOffsets()[c];
                        int to = batch.completionOffsets()[c + 1];
                        Arrays.fill(cut, Math.min(from + MOST_TOKENS, to), to, 0);
                    }
                    super.backward(TokenValues.of(batch, cut));
                }
            };
        }
    }

    private static final class ShortCount extends ForwardingOptimizer {
        ShortCount(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public long stepCount() {
            return (int) super.stepCount();
        }
    }
}

package org.rpt4j.tck.wrong;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceBackend;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T1 to T9. */
final class WrongGradients {

    private WrongGradients() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("T1", "forgets the temperature in the forward pass", ColdForward::new),
                ofWeights("T2", "ascends instead of descending", (batch, weights) -> scaled(weights, -1)),
                ofWeights(
                        "T3",
                        "forgets that the temperature divides",
                        (batch, weights) -> scaled(weights, batch.temperature())),
                WrongTwin.ofBackend("T4", "recomputes without the first completion", ForgetfulRecompute::new),
                WrongTwin.ofPolicy("T5", "overwrites the previous pass with each new one", Overwriting::new),
                ofWeights(
                        "T6",
                        "divides by the size of the micro-batch",
                        (batch, weights) -> scaled(weights, 1.0 / batch.completionCount())),
                ofWeights("T7", "counts the first group twice", WrongGradients::firstGroupTwice),
                WrongTwin.ofPolicy("T8", "lets completions of a group see each other", LeakingSiblings::new),
                ofWeights(
                        "T9",
                        "masks with a small number instead of 0",
                        (batch, weights) -> Arrays.stream(weights)
                                .map(w -> w == 0 ? 0.02 : w)
                                .toArray()));
    }

    private static WrongTwin ofWeights(String rule, String mistake, BiFunction<TokenBatch, double[], double[]> change) {
        Function<ReferencePolicy, TrainablePolicy> constructor = policy -> new ForwardingPolicy(policy) {
            @Override
            public ForwardPass forward(TokenBatch batch) {
                return new Reweighted(super.forward(batch), batch, change);
            }
        };
        return WrongTwin.ofPolicy(rule, mistake, constructor);
    }

    private static double[] scaled(double[] weights, double factor) {
        return Arrays.stream(weights).map(w -> factor * w).toArray();
    }

    private static double[] firstGroupTwice(TokenBatch batch, double[] weights) {
        double[] changed = weights.clone();
        int end = batch.completionOffsets()[batch.groupOffsets()[1]];
        for (int i = 0; i < end; i++) {
            changed[i] *= 2;
        }
        return changed;
    }

    private static final class Reweighted extends ForwardingPass {
        private final TokenBatch batch;
        private final BiFunction<TokenBatch, double[], double[]> change;

        Reweighted(ForwardPass delegate, TokenBatch batch, BiFunction<TokenBatch, double[], double[]> change) {
            super(delegate);
            this.batch = batch;
            this.change = change;
        }

        @Override
        public void backward(TokenValues weights) {
            super.backward(TokenValues.of(batch, change.apply(batch, weights.values())));
        }
    }

    private static final class ColdForward extends ForwardingPolicy {
        ColdForward(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            TokenBatch.Builder plain = TokenBatch.builder(1);
            Mistakes.entries(batch).forEach(entry -> plain.add(entry.prompt(), List.of(entry.completion())));
            return super.forward(plain.build());
        }
    }

    private static final class LeakingSiblings extends ForwardingPolicy {
        LeakingSiblings(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return super.forward(Mistakes.chained(batch));
        }
    }

    private static final class ForgetfulRecompute extends ForwardingBackend {
        private final BackendOptions options;

        ForgetfulRecompute(BackendOptions options) {
            super(new ReferenceBackend(options));
            this.options = options;
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            ReferencePolicy policy = delegate().openTrainablePolicy(model);
            return options.recomputeActivations() ? new Forgetful(policy) : policy;
        }

        private static final class Forgetful extends ForwardingPolicy {
            Forgetful(ReferencePolicy delegate) {
                super(delegate);
            }

            @Override
            public ForwardPass forward(TokenBatch batch) {
                return new Reweighted(super.forward(batch), batch, (b, weights) -> {
                    double[] changed = weights.clone();
                    Arrays.fill(changed, 0, b.completionOffsets()[1], 0);
                    return changed;
                });
            }
        }
    }

    private static final class Overwriting extends ForwardingPolicy {
        private @Nullable Optimizer optimizer;

        Overwriting(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public Optimizer openOptimizer(OptimizerOptions options) {
            optimizer = super.openOptimizer(options);
            return optimizer;
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    if (optimizer != null) {
                        optimizer.zeroGradients();
                    }
                    super.backward(weights);
                }
            };
        }
    }
}

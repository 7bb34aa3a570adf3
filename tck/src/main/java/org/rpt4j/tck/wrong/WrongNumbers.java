package org.rpt4j.tck.wrong;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.tck.reference.ReferenceBackend;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Breaks the rules about numbers that are not finite: P30, P31, S14, T29 and B13. */
final class WrongNumbers {

    private WrongNumbers() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("P30", "samples id 0 from NaN", SamplingZeros::new),
                WrongTwin.ofPolicy("P31", "returns NaN", PassingNan::new),
                WrongTwin.ofScorer("S14", "writes NaN into the scores", NanScores::new),
                WrongTwin.ofPolicy("T29", "notices NaN only in the backward pass", LateForward::new),
                WrongTwin.ofBackend("B13", "blames its engine for damaged weights", Blaming::new));
    }

    private static final class SamplingZeros extends ForwardingPolicy {
        SamplingZeros(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            try {
                return super.generate(prompts, options);
            } catch (NumericalException e) {
                return prompts.stream()
                        .map(prompt -> new RolloutGroup(
                                prompt,
                                IntStream.range(0, options.groupSize())
                                        .mapToObj(member -> new Rollout(
                                                member, new int[] {0}, new double[] {-1}, FinishReason.LENGTH, 0))
                                        .toList()))
                        .toList();
            }
        }
    }

    private static final class PassingNan extends ForwardingPolicy {
        PassingNan(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            try {
                return super.logProbs(batch);
            } catch (NumericalException e) {
                return nan(batch);
            }
        }
    }

    private static TokenValues nan(TokenBatch batch) {
        double[] values = new double[batch.completionTokenCount()];
        Arrays.fill(values, Double.NaN);
        return TokenValues.of(batch, values);
    }

    private static final class NanScores extends ForwardingScorer {
        NanScores(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            try {
                return super.score(sequences, options);
            } catch (NumericalException e) {
                return sequences.stream().map(NanScores::nan).toList();
            }
        }

        private static TokenScores nan(int[] sequence) {
            double[] values = new double[sequence.length];
            Arrays.fill(values, Double.NaN);
            return new TokenScores(values, new int[sequence.length], values.clone());
        }
    }

    private static final class LateForward extends ForwardingPolicy {
        LateForward(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            try {
                return super.forward(batch);
            } catch (NumericalException e) {
                return new ForwardPass() {
                    @Override
                    public TokenValues logProbs() {
                        return nan(batch);
                    }

                    @Override
                    public void backward(TokenValues weights) {
                        throw e;
                    }

                    @Override
                    public void close() {
                        // Nothing was computed.
                    }
                };
            }
        }
    }

    private static final class Blaming extends ForwardingBackend {
        Blaming(BackendOptions options) {
            super(new ReferenceBackend(options));
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            try {
                return super.openTrainablePolicy(model);
            } catch (NumericalException e) {
                throw new BackendFailureException("the engine failed", e);
            }
        }
    }
}

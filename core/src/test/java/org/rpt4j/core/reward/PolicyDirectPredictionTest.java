package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.train.TabularPolicy;

class PolicyDirectPredictionTest {

    private static final int WINDOW = 4;

    private final TabularPolicy policy = new TabularPolicy(9, WINDOW);
    private final List<TokenBatch> asked = new ArrayList<>();

    @Test
    void probabilitiesAreThoseOfThePolicyAtTemperatureOne() {
        for (int token = 0; token < 9; token++) {
            policy.logits[2][token] = token * 0.5;
        }
        double sum = IntStream.range(0, 9)
                .mapToDouble(token -> Math.exp(token * 0.5))
                .sum();

        double[] found = new PolicyDirectPrediction(policy, OptionalInt.empty())
                .probabilities(new int[] {1, 3, 5, 7, 2}, new int[] {0, 8});

        assertThat(found[0]).isCloseTo(1 / sum, within(1e-12));
        assertThat(found[1]).isCloseTo(Math.exp(4) / sum, within(1e-12));
    }

    @Test
    void theWholeContextIsReadWhereItFits() {
        probabilities(OptionalInt.empty(), 3, 1, 2);
        assertThat(asked.get(0).promptTokens()).containsExactly(3, 1, 2);
        probabilities(OptionalInt.of(6), 1, 2);
        assertThat(asked.get(1).promptTokens()).containsExactly(6, 1, 2);
    }

    /** Of a window of 4, one position is for the predicted token and one for begin-of-text. */
    @Test
    void aLongContextLosesItsOldestTokensAndNotItsBeginning() {
        probabilities(OptionalInt.empty(), 8, 7, 5, 3, 1, 2);
        assertThat(asked.get(0).promptTokens()).containsExactly(3, 1, 2);
        probabilities(OptionalInt.of(6), 8, 7, 5, 3, 1, 2);
        assertThat(asked.get(1).promptTokens()).containsExactly(6, 1, 2);
    }

    @Test
    void theContextIsComputedOnceForAllTokens() {
        assertThat(probabilities(OptionalInt.empty(), 1, 2)).hasSize(3);
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).promptCount()).isEqualTo(1);
        assertThat(asked.get(0).completionTokens()).containsExactly(0, 4, 8);
        assertThat(asked.get(0).completionCount()).isEqualTo(3);
    }

    @Test
    void thePolicyIsNotCalledWithoutTokens() {
        assertThat(new PolicyDirectPrediction(new Recorder(), OptionalInt.empty())
                        .probabilities(new int[] {2}, new int[0]))
                .isEmpty();
        assertThat(asked).isEmpty();
    }

    private double[] probabilities(OptionalInt beginOfText, int... context) {
        return new PolicyDirectPrediction(new Recorder(), beginOfText).probabilities(context, new int[] {0, 4, 8});
    }

    /** The policy with a record of its calls. */
    private final class Recorder implements Policy {

        @Override
        public ModelDescription description() {
            return policy.description();
        }

        @Override
        public long version() {
            return policy.version();
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            throw new UnsupportedOperationException("a direct prediction is not sampled");
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            asked.add(batch);
            return policy.logProbs(batch);
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("the policy stays the caller's");
        }
    }
}

package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.ContextOverflowException;

class RunningCompletionTest {

    private static final Prompt PROMPT = new Prompt(7, new int[] {1, 2, 3});
    private static final int STOP = 9;
    private static final int CONTEXT = 100;

    private static SamplingOptions options(int maxTokens, StopCondition condition) {
        return SamplingOptions.greedy(maxTokens).toBuilder().stopTokens(Set.of(STOP)).stopCondition(condition).build();
    }

    /** Holds at the third token. */
    private static StopCondition thirdToken() {
        return () -> new StopCondition.Scanner() {
            private int read;

            @Override
            public boolean endsWith(int token) {
                return ++read == 3;
            }
        };
    }

    private static RunningCompletion completion(int maxTokens, StopCondition condition, int contextLength) {
        return new RunningCompletion(PROMPT, 2, options(maxTokens, condition), contextLength);
    }

    /** Appends tokens of which all but the last leave the completion running. */
    private static Rollout run(RunningCompletion completion, int... tokens) {
        for (int i = 0; i < tokens.length; i++) {
            assertThat(completion.isFinished()).isFalse();
            assertThat(completion.append(tokens[i], -i))
                    .as("ends at token %s", i)
                    .isEqualTo(i == tokens.length - 1);
        }
        return completion.rollout(5);
    }

    @Test
    void aStopTokenEndsItAndBelongsToIt() {
        Rollout rollout = run(completion(10, StopCondition.NEVER, CONTEXT), 4, STOP);

        assertThat(rollout.finish()).isEqualTo(FinishReason.STOP_TOKEN);
        assertThat(rollout.tokens()).containsExactly(4, STOP);
        assertThat(rollout.logProbs()).containsExactly(0, -1);
        assertThat(rollout.member()).isEqualTo(2);
        assertThat(rollout.policyVersion()).isEqualTo(5);
    }

    @Test
    void theStopConditionEndsIt() {
        assertThat(run(completion(10, thirdToken(), CONTEXT), 4, 4, 4).finish()).isEqualTo(FinishReason.STOP_CONDITION);
    }

    @Test
    void theTokenLimitEndsIt() {
        assertThat(run(completion(2, StopCondition.NEVER, CONTEXT), 4, 4).finish())
                .isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void theEndOfTheContextWindowEndsIt() {
        assertThat(run(completion(10, StopCondition.NEVER, 5), 4, 4).finish()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void anEndOfItsOwnCountsBeforeTheLimit() {
        assertThat(run(completion(2, StopCondition.NEVER, CONTEXT), 4, STOP).finish())
                .isEqualTo(FinishReason.STOP_TOKEN);
        assertThat(run(completion(3, thirdToken(), CONTEXT), 4, 4, 4).finish()).isEqualTo(FinishReason.STOP_CONDITION);
        assertThat(run(completion(9, thirdToken(), CONTEXT), 4, 4, STOP).finish())
                .as("a stop token where the condition holds, too")
                .isEqualTo(FinishReason.STOP_TOKEN);
    }

    @Test
    void itHoldsMoreTokensThanItBeganWithRoomFor() {
        RunningCompletion completion = completion(40, StopCondition.NEVER, CONTEXT);
        for (int i = 0; i < 40; i++) {
            completion.append(i == STOP ? 0 : i, -i);
        }
        assertThat(completion.rollout(0).tokens()).hasSize(40).endsWith(38, 39);
        assertThat(completion.rollout(0).logProbs()).hasSize(40).endsWith(-38, -39);
    }

    @Test
    void itKnowsWhatTheModelReadsNextAndWhere() {
        RunningCompletion completion = completion(10, StopCondition.NEVER, CONTEXT);
        assertThat(completion.lastPosition()).as("the end of the prompt").isEqualTo(2);
        assertThatThrownBy(completion::lastToken)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("completion 2 of prompt 7 has no token yet");

        completion.append(8, -1);

        assertThat(completion.lastToken()).isEqualTo(8);
        assertThat(completion.lastPosition()).isEqualTo(3);
    }

    @Test
    void theNumberOfATokenIsKeyedByItsPlace() {
        SamplingOptions sampling = options(10, StopCondition.NEVER).toBuilder().seed(11).step(12).build();
        RunningCompletion completion = new RunningCompletion(PROMPT, 2, sampling, CONTEXT);
        assertThat(completion.nextUniform()).isEqualTo(CounterRandom.uniform(11, 12, 7, 2, 0));

        completion.append(4, -1);

        assertThat(completion.nextUniform()).isEqualTo(CounterRandom.uniform(11, 12, 7, 2, 1));
    }

    @Test
    void aPromptThatLeavesNoRoomIsRefused() {
        assertThatThrownBy(() -> completion(10, StopCondition.NEVER, 3))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessage("prompt 7 has 3 tokens and leaves no room in the context window of 3. Shorten the prompt or"
                        + " choose a model with a longer window.");
    }

    @Test
    void itIsReadAtItsEndAndNotWrittenAfterIt() {
        RunningCompletion completion = completion(10, StopCondition.NEVER, CONTEXT);
        assertThatThrownBy(() -> completion.rollout(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("completion 2 of prompt 7 is still running after 0 tokens");

        completion.append(STOP, -1);

        assertThatThrownBy(() -> completion.append(4, -1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("completion 2 of prompt 7 has ended with STOP_TOKEN");
    }
}

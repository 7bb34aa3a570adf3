package org.rpt4j.run.supervised;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.rollout.SampledGroup;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;

class OwnThoughtsTest {

    private static final SamplingOptions SAMPLING = SamplingOptions.builder()
            .groupSize(8)
            .temperature(1)
            .maxTokens(4)
            .stopTokens(Set.of(TinyWorld.END))
            .seed(5)
            .build();
    private static final List<PredictionTask> TASKS =
            LongStream.range(0, 12).mapToObj(TinyWorld::task).toList();

    private final TabularPolicy policy = TinyWorld.halfTrainedPolicy();
    private final RolloutPhase rollouts = new RolloutPhase(policy, (context, after) -> context);
    private final OwnThoughts thoughts =
            OwnThoughts.sample(rollouts, new Grader(TinyWorld::extract, TinyWorld.VERIFIER), TASKS, SAMPLING);

    @Test
    void everyThoughtLedToAHitAndNoneStandsTwice() {
        assertThat(thoughts.examples()).isNotEmpty().allSatisfy(example -> {
            int question = example.prompt()[1] - TinyWorld.FIRST_QUESTION;
            assertThat(example.completions()).allSatisfy(thought -> {
                assertThat(thought[thought.length - 1]).isEqualTo(TinyWorld.END);
                assertThat(thought[thought.length - 2]).isEqualTo((question + 1) % 4);
            });
            assertThat(example.completions().stream().map(Arrays::toString)).doesNotHaveDuplicates();
        });
    }

    @Test
    void whatWasReadIsEveryPromptOnceAndEveryThought() {
        long read = 0;
        for (SampledGroup group : rollouts.sample(TASKS, SAMPLING)) {
            read += group.prompt().tokens().length;
            read += group.rollouts().stream()
                    .mapToInt(rollout -> rollout.length())
                    .sum();
        }
        assertThat(thoughts.readTokens()).isEqualTo(read);
    }

    @Test
    void theMixtureHasAsMuchTextAsThoughts() {
        List<SupervisedExample> text = LongStream.range(0, 100)
                .mapToObj(i -> SupervisedExample.document(new int[] {0, 1, 2}))
                .toList();
        int all = thoughts.examples().stream()
                .mapToInt(SupervisedExample::learnedTokenCount)
                .sum();

        List<SupervisedExample> mixed = thoughts.mixedWith(text);
        List<SupervisedExample> scarce = thoughts.mixedWith(text.subList(0, 3));

        assertThat(mixed).containsAll(thoughts.examples());
        assertThat(mixed.stream()
                        .filter(text::contains)
                        .mapToInt(SupervisedExample::learnedTokenCount)
                        .sum())
                .isBetween(all, all + 1);
        assertThat(scarce).containsAll(text.subList(0, 3));
        assertThat(scarce.stream()
                        .filter(e -> !text.contains(e))
                        .mapToInt(SupervisedExample::learnedTokenCount)
                        .sum())
                .isBetween(6, 6 + all / 4);
    }
}

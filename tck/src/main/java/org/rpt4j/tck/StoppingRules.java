package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.Capability;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.ContextOverflowException;

/** Rules about where a rollout ends. */
@Needs(Capability.GENERATE)
final class StoppingRules {

    /** A third of the vocabulary, so that the rollouts of one batch end at very different places. */
    private static final Set<Integer> STOP_TOKENS = Set.of(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33);

    private StoppingRules() {}

    @Rule(id = "P22", value = "a stop token is the last token of its rollout", everyModel = true)
    static void stopToken(Fixture f) {
        SamplingOptions options = Samples.OPTIONS.toBuilder()
                .stopTokens(STOP_TOKENS)
                .stopCondition(StopCondition.NEVER)
                .build();
        List<RolloutGroup> groups = f.policy().generate(Samples.PROMPTS, options);
        Samples.assertInverseCdf(f, groups, options);
        Samples.assertLogProbs(f, groups, options.temperature());
        for (Rollout rollout : rollouts(groups)) {
            int stop = firstStop(rollout.tokens());
            if (stop < 0) {
                assertEnds(rollout, options.maxTokens(), FinishReason.LENGTH);
            } else {
                assertEnds(rollout, stop + 1, FinishReason.STOP_TOKEN);
            }
        }
    }

    private static int firstStop(int[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            if (STOP_TOKENS.contains(tokens[i])) {
                return i;
            }
        }
        return -1;
    }

    @Rule(id = "P23", value = "a stop condition reads every token of one rollout in order")
    static void stopCondition(Fixture f) {
        List<List<Integer>> read = Collections.synchronizedList(new ArrayList<>());
        StopCondition fifthToken = () -> {
            List<Integer> tokens = new ArrayList<>();
            read.add(tokens);
            return token -> {
                tokens.add(token);
                return tokens.size() == 5;
            };
        };
        SamplingOptions options = Samples.OPTIONS.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(fifthToken)
                .build();
        List<RolloutGroup> groups = f.policy().generate(Samples.PROMPTS, options);
        Samples.assertInverseCdf(f, groups, options);
        List<List<Integer>> sampled = new ArrayList<>();
        for (Rollout rollout : rollouts(groups)) {
            assertEnds(rollout, 5, FinishReason.STOP_CONDITION);
            sampled.add(Arrays.stream(rollout.tokens()).boxed().toList());
        }
        assertThat(read).as("what the scanners read").containsExactlyInAnyOrderElementsOf(sampled);
    }

    @Rule(id = "P24", value = "the token limit ends a rollout with LENGTH, unless the rollout ends there anyway")
    static void tokenLimit(Fixture f) {
        SamplingOptions options = Samples.OPTIONS.toBuilder().maxTokens(4).build();
        List<RolloutGroup> cut = f.policy().generate(Samples.PROMPTS, options);
        Samples.assertInverseCdf(f, cut, options);
        for (Rollout rollout : rollouts(cut)) {
            assertEnds(rollout, 4, FinishReason.LENGTH);
        }
        Prompt prompt = Samples.PROMPTS.get(0);
        int[] tokens = cut.get(0).rollouts().get(0).tokens();
        int first = firstOccurrence(tokens, tokens[3]);
        Rollout stopped = f.policy()
                .generate(
                        List.of(prompt),
                        options.toBuilder()
                                .maxTokens(first + 1)
                                .stopTokens(Set.of(tokens[first]))
                                .stopCondition(StopCondition.NEVER)
                                .build())
                .get(0)
                .rollouts()
                .get(0);
        assertEnds(stopped, first + 1, FinishReason.STOP_TOKEN);
    }

    private static int firstOccurrence(int[] tokens, int token) {
        int index = 0;
        while (tokens[index] != token) {
            index++;
        }
        return index;
    }

    @Rule(id = "P25", value = "the end of the context window ends a rollout with LENGTH")
    static void contextWindow(Fixture f) {
        List<Prompt> prompts =
                List.of(new Prompt(1, Group.tokens(TinyModel.CONTEXT - 1, 1)), new Prompt(2, Group.tokens(5, 2)));
        for (int limit : new int[] {10 * TinyModel.CONTEXT, Integer.MAX_VALUE}) {
            SamplingOptions options =
                    Samples.OPTIONS.toBuilder().maxTokens(limit).build();
            List<RolloutGroup> groups = f.policy().generate(prompts, options);
            Samples.assertInverseCdf(f, groups, options);
            for (RolloutGroup group : groups) {
                for (Rollout rollout : group.rollouts()) {
                    assertEnds(rollout, TinyModel.CONTEXT - group.prompt().tokens().length, FinishReason.LENGTH);
                }
            }
        }
    }

    @Rule(id = "P26", value = "a prompt that leaves no room for a token is refused")
    static void noRoom(Fixture f) {
        for (int length : new int[] {TinyModel.CONTEXT, TinyModel.CONTEXT + 1}) {
            List<Prompt> prompts = List.of(Samples.PROMPTS.get(0), new Prompt(123456, new int[length]));
            assertThatThrownBy(
                            () -> f.policy().generate(prompts, Samples.OPTIONS),
                            "a prompt of %d tokens in a window of %d",
                            length,
                            TinyModel.CONTEXT)
                    .isInstanceOf(ContextOverflowException.class)
                    .hasMessageContaining("123456");
        }
    }

    @Rule(id = "P27", value = "a prompt with token ids outside the vocabulary is refused")
    static void vocabulary(Fixture f) {
        for (int id : new int[] {-1, TinyModel.VOCABULARY, Integer.MAX_VALUE}) {
            Checks.assertIllegalArgument(
                    "a prompt with the id " + id,
                    () -> f.policy().generate(List.of(new Prompt(1, new int[] {1, id, 2})), Samples.OPTIONS));
        }
    }

    @Rule(id = "P28", value = "a closed policy does not generate")
    static void close(Fixture f) {
        Policy policy = f.openPolicy(f.backend());
        policy.close();
        Checks.assertIllegalState("generation after close", () -> policy.generate(Samples.PROMPTS, Samples.OPTIONS));
    }

    @Rule(id = "P29", value = "arrays that change during a call do not change its result")
    static void changingPrompts(Fixture f) {
        // One sequence at a time, so that all prompts but the first are still waiting when the first token is sampled.
        Policy policy = f.openPolicy(
                f.openBackend(options -> options.toBuilder().maxSequences(1).build()));
        List<Prompt> prompts = Samples.PROMPTS.stream()
                .map(prompt -> new Prompt(prompt.id(), prompt.tokens().clone()))
                .toList();
        StopCondition editing = () -> token -> {
            prompts.forEach(prompt -> Arrays.fill(prompt.tokens(), Integer.MAX_VALUE));
            return false;
        };
        SamplingOptions options =
                Samples.OPTIONS.toBuilder().stopCondition(editing).build();
        List<RolloutGroup> groups = policy.generate(prompts, options);
        assertThat(groups)
                .as("prompts of the groups, as they were when the call began")
                .extracting(RolloutGroup::prompt)
                .isEqualTo(Samples.PROMPTS);
        Samples.assertInverseCdf(f, groups, options);
        Samples.assertLogProbs(f, groups, options.temperature());
    }

    private static void assertEnds(Rollout rollout, int length, FinishReason finish) {
        assertThat(rollout.length())
                .as("length of %s", Arrays.toString(rollout.tokens()))
                .isEqualTo(length);
        assertThat(rollout.finish())
                .as("why %s ended", Arrays.toString(rollout.tokens()))
                .isEqualTo(finish);
    }

    private static List<Rollout> rollouts(List<RolloutGroup> groups) {
        return groups.stream().flatMap(group -> group.rollouts().stream()).toList();
    }
}

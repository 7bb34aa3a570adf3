package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.rpt4j.api.Capability;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;

/** Rules about keys, groups, temperatures, stop tokens and batches as large or as small as those of real runs. */
@Needs(Capability.GENERATE)
final class SamplingMagnitudeRules {

    private static final long BIT_31 = 1L << 31;
    private static final long BIT_40 = 1L << 40;

    /** More than {@code BackendOptions.MAX_SEQUENCES} by default, and more than a byte counts. */
    private static final int LARGE_GROUP = 300;

    private SamplingMagnitudeRules() {}

    @Rule(id = "P34", value = "every bit of the seed, the step and the prompt's id counts")
    static void keys(Fixture f) {
        List<Prompt> prompts = List.of(
                new Prompt(70, Group.tokens(3, 1)),
                new Prompt(70 + (1L << 32), Group.tokens(3, 1)),
                new Prompt(Long.MIN_VALUE + 70, Group.tokens(3, 1)));
        for (long[] key : new long[][] {{BIT_40 + 9, 5}, {9, BIT_31 + 5}, {-9 - BIT_40, 3 * BIT_40}}) {
            SamplingOptions options =
                    Samples.OPTIONS.toBuilder().seed(key[0]).step(key[1]).build();
            Samples.assertInverseCdf(f, f.policy().generate(prompts, options), options);
        }
    }

    @Rule(id = "P35", value = "the members of a large group all have their own draws")
    static void largeGroup(Fixture f) {
        SamplingOptions options =
                Samples.OPTIONS.toBuilder().groupSize(LARGE_GROUP).maxTokens(3).build();
        List<RolloutGroup> groups =
                f.policy().generate(List.of(Samples.PROMPTS.get(1), Samples.PROMPTS.get(0)), options);
        for (RolloutGroup group : groups) {
            assertThat(group.rollouts())
                    .extracting(Rollout::member)
                    .containsExactlyElementsOf(
                            IntStream.range(0, LARGE_GROUP).boxed().toList());
        }
        Samples.assertInverseCdf(f, groups, options);
        Samples.assertLogProbs(f, groups, options.temperature());
    }

    @Rule(id = "P36", value = "temperatures from 0.01 to 100 are obeyed")
    static void temperatures(Fixture f) {
        for (double temperature : new double[] {0.01, 0.1, 10, 100}) {
            SamplingOptions options =
                    Samples.OPTIONS.toBuilder().temperature(temperature).build();
            List<RolloutGroup> groups = f.policy().generate(Samples.PROMPTS, options);
            // A small temperature enlarges the error of a logit.
            double tolerance = f.tolerances().logProb() / Math.min(1, temperature);
            Samples.assertInverseCdf(f, groups, options, tolerance);
            Samples.assertLogProbs(f, groups, temperature, tolerance);
        }
    }

    @Rule(id = "P37", value = "stop tokens are compared whole, also above 65,535, and all of them count")
    static void stopTokens(Fixture f) {
        Fixture large = f.over("vocabulary", MagnitudeRules.largeVocabulary()::write);
        List<Prompt> prompts = List.of(new Prompt(1, new int[] {65_536, 3}), new Prompt(2, new int[] {140_000}));
        SamplingOptions free = Samples.OPTIONS.toBuilder().maxTokens(8).build();
        Set<Integer> stops = stops(large.policy().generate(prompts, free));
        SamplingOptions options = free.toBuilder().stopTokens(stops).build();
        List<RolloutGroup> groups = large.policy().generate(prompts, options);
        Samples.assertInverseCdf(large, groups, options);
        for (RolloutGroup group : groups) {
            for (Rollout rollout : group.rollouts()) {
                assertEnd(rollout, stops, options.maxTokens());
            }
        }
    }

    /** Tokens in the middle of some rollouts, and others with the low bits of tokens that were sampled. */
    private static Set<Integer> stops(List<RolloutGroup> groups) {
        Set<Integer> sampled = new HashSet<>();
        Set<Integer> stops = new HashSet<>();
        for (RolloutGroup group : groups) {
            for (Rollout rollout : group.rollouts()) {
                Arrays.stream(rollout.tokens()).forEach(sampled::add);
                if (rollout.member() > 0) {
                    stops.add(rollout.tokens()[3 + rollout.member()]);
                }
            }
        }
        List<Integer> lookAlikes = new ArrayList<>();
        for (int token : sampled) {
            lookAlikes.add(token < 65_536 ? token + 65_536 : token - 65_536);
        }
        lookAlikes.removeAll(sampled);
        stops.addAll(lookAlikes);
        return stops;
    }

    private static void assertEnd(Rollout rollout, Set<Integer> stops, int maxTokens) {
        int[] tokens = rollout.tokens();
        int stop = IntStream.range(0, tokens.length)
                .filter(i -> stops.contains(tokens[i]))
                .findFirst()
                .orElse(-1);
        assertThat(rollout.length())
                .as("length of %s with the stop tokens %s", Arrays.toString(tokens), stops)
                .isEqualTo(stop < 0 ? maxTokens : stop + 1);
        assertThat(rollout.finish())
                .as("why %s ended", Arrays.toString(tokens))
                .isEqualTo(stop < 0 ? FinishReason.LENGTH : FinishReason.STOP_TOKEN);
    }

    @Rule(id = "P38", value = "batches of hundreds of completions of very unequal lengths are computed whole")
    @Needs(Capability.LOG_PROBS)
    static void largeBatch(Fixture f) {
        Fixture wide = f.over("batch", new ModelShape().model()::write);
        List<int[]> many = new ArrayList<>();
        for (int i = 0; i < LARGE_GROUP; i++) {
            many.add(Group.tokens(1 + i % 3, 7, i));
        }
        List<Group> groups = List.of(
                new Group(Group.tokens(1, 1), many),
                new Group(Group.tokens(200, 2), List.of(Group.tokens(300, 3), Group.tokens(1, 4))));
        Checks.assertClose(
                "log-probabilities",
                wide.policy().logProbs(Group.batch(1, groups)).values(),
                wide.reference().logProbs(Group.batch(1, groups)).values(),
                f.tolerances().logProb());
    }
}

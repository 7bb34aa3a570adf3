package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.Softmax;

/** Rules about which tokens are sampled and what is recorded with them. */
@Needs(Capability.GENERATE)
final class SamplingRules {

    private SamplingRules() {}

    @Rule(id = "P12", value = "a token is the inverse of the cumulative distribution at its draw", everyModel = true)
    static void inverseCdf(Fixture f) {
        Samples.assertInverseCdf(f, f.policy().generate(Samples.PROMPTS, Samples.OPTIONS), Samples.OPTIONS);
    }

    @Rule(id = "P13", value = "recorded log-probabilities are those of the distribution that was sampled from")
    static void recordedLogProbs(Fixture f) {
        for (double temperature : new double[] {0.5, 1, 1.6}) {
            SamplingOptions options =
                    Samples.OPTIONS.toBuilder().temperature(temperature).build();
            Samples.assertLogProbs(f, f.policy().generate(Samples.PROMPTS, options), temperature);
        }
    }

    @Rule(id = "P14", value = "the sampler and the scorer of the same tokens agree", everyModel = true)
    @Needs(Capability.LOG_PROBS)
    static void samplerAgreesWithLogProbs(Fixture f) {
        List<RolloutGroup> groups = f.policy().generate(Samples.PROMPTS, Samples.OPTIONS);
        TokenBatch.Builder batch = TokenBatch.builder(Samples.OPTIONS.temperature());
        groups.forEach(batch::add);
        double[] recorded = groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                .toArray();
        Checks.assertClose(
                "recorded and recomputed log-probabilities",
                recorded,
                f.policy().logProbs(batch.build()).values(),
                f.tolerances().logProb());
    }

    @Rule(id = "P15", value = "temperature 0 takes the lowest id among the largest logits")
    static void greedy(Fixture f) {
        SamplingOptions options = Samples.OPTIONS.toBuilder().temperature(0).build();
        List<RolloutGroup> groups = f.policy().generate(Samples.PROMPTS, options);
        ReferenceModel model = f.weights();
        for (RolloutGroup group : groups) {
            for (Rollout rollout : group.rollouts()) {
                List<double[]> logits = Samples.logits(model, group.prompt(), rollout);
                for (int j = 0; j < rollout.length(); j++) {
                    double largest = logits.get(j)[Softmax.argmax(logits.get(j))];
                    assertThat(logits.get(j)[rollout.tokens()[j]])
                            .as(
                                    "logit of greedy token %d of prompt %d",
                                    j, group.prompt().id())
                            .isGreaterThanOrEqualTo(largest - f.tolerances().logProb());
                }
            }
        }
        Samples.assertLogProbs(f, groups, 1);
        assertTiesGoToTheLowestId(f, options);
    }

    /** A final norm of zeros makes every logit exactly 0 in any arithmetic. */
    private static void assertTiesGoToTheLowestId(Fixture f, SamplingOptions options) {
        ReferenceModel flat = f.weights();
        Arrays.fill(flat.weights()[WeightLayout.FINAL_NORM], 0);
        flat.write(f.path("flat"));
        try (Policy policy = f.backend().openPolicy(ModelSource.directory(f.path("flat")))) {
            for (RolloutGroup group : policy.generate(Samples.PROMPTS, options)) {
                assertThat(group.rollouts().get(0).tokens())
                        .as("greedy tokens among equal logits")
                        .containsOnly(0);
            }
        }
    }

    @Rule(id = "P16", value = "the seed, the step and the prompt's id are the key of a sample")
    static void keys(Fixture f) {
        Prompt prompt = Samples.PROMPTS.get(0);
        SamplingOptions options = Samples.OPTIONS;
        Rollout first = sample(f, prompt, options);
        Samples.assertSame(f, prompt, sample(f, prompt, options), first, options, "the same key again");
        Prompt renamed = new Prompt(prompt.id() + 1, prompt.tokens());
        assertThat(sample(f, renamed, options).tokens()).as("another prompt id").isNotEqualTo(first.tokens());
        assertThat(sample(
                                f,
                                prompt,
                                options.toBuilder()
                                        .seed(options.seed() + 1)
                                        .step(options.step())
                                        .build())
                        .tokens())
                .as("another seed")
                .isNotEqualTo(first.tokens());
        assertThat(sample(
                                f,
                                prompt,
                                options.toBuilder()
                                        .seed(options.seed())
                                        .step(options.step() + 1)
                                        .build())
                        .tokens())
                .as("another step")
                .isNotEqualTo(first.tokens());
    }

    private static Rollout sample(Fixture f, Prompt prompt, SamplingOptions options) {
        return f.policy().generate(List.of(prompt), options).get(0).rollouts().get(0);
    }

    @Rule(id = "P17", value = "a sample does not depend on what else is in the batch")
    static void batchInvariance(Fixture f) {
        List<RolloutGroup> together = f.policy().generate(Samples.PROMPTS, Samples.OPTIONS);
        List<Prompt> reversed = new ArrayList<>(Samples.PROMPTS);
        Collections.reverse(reversed);
        List<RolloutGroup> backwards = new ArrayList<>(f.policy().generate(reversed, Samples.OPTIONS));
        Collections.reverse(backwards);
        assertSame(f, backwards, together, "reversed order of prompts");
        List<RolloutGroup> alone = Samples.PROMPTS.stream()
                .map(prompt ->
                        f.policy().generate(List.of(prompt), Samples.OPTIONS).get(0))
                .toList();
        assertSame(f, alone, together, "each prompt alone");
        List<RolloutGroup> larger = f.policy()
                .generate(
                        Samples.PROMPTS,
                        Samples.OPTIONS.toBuilder().groupSize(5).build());
        assertSame(f, larger, together, "a larger group");
    }

    @Rule(id = "P18", value = "a sample does not depend on how many are decoded at a time")
    static void maxSequences(Fixture f) {
        List<RolloutGroup> expected = f.policy().generate(Samples.PROMPTS, Samples.OPTIONS);
        for (int most : new int[] {1, 5}) {
            Policy policy = f.openPolicy(f.openBackend(
                    options -> options.toBuilder().maxSequences(most).build()));
            assertSame(f, policy.generate(Samples.PROMPTS, Samples.OPTIONS), expected, "maxSequences " + most);
        }
    }

    private static void assertSame(Fixture f, List<RolloutGroup> actual, List<RolloutGroup> expected, String what) {
        for (int g = 0; g < expected.size(); g++) {
            for (int m = 0; m < Samples.OPTIONS.groupSize(); m++) {
                Samples.assertSame(
                        f,
                        expected.get(g).prompt(),
                        actual.get(g).rollouts().get(m),
                        expected.get(g).rollouts().get(m),
                        Samples.OPTIONS,
                        what);
            }
        }
    }

    @Rule(id = "P19", value = "groups follow the order of the prompts, and members their own")
    static void order(Fixture f) {
        List<RolloutGroup> groups = f.policy().generate(Samples.PROMPTS, Samples.OPTIONS);
        assertThat(groups).extracting(RolloutGroup::prompt).isEqualTo(Samples.PROMPTS);
        for (RolloutGroup group : groups) {
            assertThat(group.rollouts()).extracting(Rollout::member).containsExactly(0, 1, 2);
        }
        assertThat(f.policy().generate(List.of(), Samples.OPTIONS))
                .as("groups of no prompts")
                .isEmpty();
    }

    @Rule(id = "P20", value = "a rollout carries the version of the weights, 0 as loaded")
    static void version(Fixture f) {
        assertThat(f.policy().version()).as("version as loaded").isZero();
        for (RolloutGroup group : f.policy().generate(Samples.PROMPTS, Samples.OPTIONS)) {
            assertThat(group.rollouts()).extracting(Rollout::policyVersion).containsOnly(0L);
        }
    }

    @Rule(id = "P21", value = "an interruption ends generation within one token")
    static void interruption(Fixture f) {
        Policy policy = f.policy();
        Checks.assertCancelledWhenInterrupted("generation", () -> policy.generate(Samples.PROMPTS, Samples.OPTIONS));
        int sequences = Samples.PROMPTS.size() * Samples.OPTIONS.groupSize();
        Thread caller = Thread.currentThread();
        AtomicInteger after = new AtomicInteger(-1);
        SamplingOptions interrupting = Samples.OPTIONS.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(() -> {
                    AtomicInteger seen = new AtomicInteger();
                    return token -> {
                        if (after.get() >= 0) {
                            after.incrementAndGet();
                        } else if (seen.incrementAndGet() == 3) {
                            after.set(0);
                            caller.interrupt();
                        }
                        return false;
                    };
                })
                .build();
        try {
            assertThatThrownBy(
                            () -> policy.generate(Samples.PROMPTS, interrupting),
                            "generation interrupted at the third token of a rollout")
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            Thread.interrupted();
        }
        assertThat(after.get())
                .as("tokens sampled after the interruption, of %d sequences", sequences)
                .isBetween(0, 2 * sequences);
        Samples.assertInverseCdf(f, policy.generate(Samples.PROMPTS, Samples.OPTIONS), Samples.OPTIONS);
    }
}

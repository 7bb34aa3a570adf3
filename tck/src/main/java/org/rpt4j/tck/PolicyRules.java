package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.ContextOverflowException;

/** Rules about log-probabilities and the life cycle of a policy. */
@Needs(Capability.LOG_PROBS)
final class PolicyRules {

    private static final int THREADS = 4;

    private PolicyRules() {}

    @Rule(id = "P1", value = "the description is that of the checkpoint", everyModel = true)
    static void description(Fixture f) {
        assertThat(f.policy().description()).isEqualTo(f.model().config().describe());
    }

    @Rule(id = "P2", value = "log-probabilities are those of the reference", everyModel = true)
    static void logProbs(Fixture f) {
        assertLikeReference(f, Group.batch(1, Group.RAGGED));
    }

    @Rule(id = "P3", value = "the temperature of a batch divides its logits")
    static void temperature(Fixture f) {
        assertLikeReference(f, Group.batch(0.4, Group.RAGGED));
        assertLikeReference(f, Group.batch(1.7, Group.RAGGED));
    }

    @Rule(id = "P4", value = "a log-probability does not depend on the rest of the batch")
    static void batchInvariance(Fixture f) {
        List<Group> reversed = new ArrayList<>(Group.RAGGED);
        Collections.reverse(reversed);
        assertLikeReference(f, Group.batch(1, reversed));
        for (Group group : Group.RAGGED) {
            assertLikeReference(f, Group.batch(1, group));
        }
    }

    @Rule(id = "P5", value = "a shared prompt counts as if it were repeated", everyModel = true)
    static void sharedPrompt(Fixture f) {
        double[] shared = f.policy().logProbs(Group.batch(1, Group.RAGGED)).values();
        double[] repeated =
                f.policy().logProbs(Group.batch(1, Group.alone(Group.RAGGED))).values();
        Checks.assertClose(
                "shared and repeated prompts", shared, repeated, f.tolerances().logProb());
    }

    @Rule(id = "P6", value = "an empty batch has an empty result")
    static void emptyBatch(Fixture f) {
        assertThat(f.policy().logProbs(Group.batch(1, List.of())).values()).isEmpty();
        Group childless = new Group(Group.tokens(4, 9), List.of());
        assertThat(f.policy().logProbs(Group.batch(1, childless)).values()).isEmpty();
        assertLikeReference(f, Group.batch(1, Group.RAGGED.get(0), childless, Group.RAGGED.get(2)));
    }

    @Rule(id = "P7", value = "a prompt and its completion may fill the context window, but not exceed it")
    static void contextWindow(Fixture f) {
        int[] prompt = Group.tokens(TinyModel.CONTEXT - 3, 5);
        assertLikeReference(f, Group.batch(1, new Group(prompt, List.of(Group.tokens(3, 6)))));
        TokenBatch tooLong = Group.batch(1, new Group(prompt, List.of(Group.tokens(2, 6), Group.tokens(4, 6))));
        assertThatThrownBy(() -> f.policy().logProbs(tooLong), "log-probabilities of %d tokens", TinyModel.CONTEXT + 1)
                .isInstanceOf(ContextOverflowException.class);
    }

    @Rule(id = "P8", value = "log-probabilities of token ids outside the vocabulary are refused")
    static void vocabulary(Fixture f) {
        for (int id : new int[] {-1, TinyModel.VOCABULARY, Integer.MAX_VALUE}) {
            Checks.assertIllegalArgument(
                    "the id " + id + " in a prompt",
                    () -> f.policy().logProbs(Group.batch(1, new Group(new int[] {1, id}, List.of(new int[] {2})))));
            Checks.assertIllegalArgument(
                    "the id " + id + " in a completion",
                    () -> f.policy().logProbs(Group.batch(1, new Group(new int[] {1}, List.of(new int[] {2, id})))));
        }
    }

    @Rule(id = "P9", value = "an interrupted thread gets no log-probabilities")
    static void interruption(Fixture f) {
        Policy policy = f.policy();
        Checks.assertCancelledWhenInterrupted("log-probabilities", () -> policy.logProbs(Group.batch(1, Group.RAGGED)));
        assertLikeReference(f, Group.batch(1, Group.RAGGED));
    }

    @Rule(id = "P10", value = "concurrent calls do not disturb each other")
    static void concurrency(Fixture f) throws Exception {
        Policy policy = f.policy();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<TokenBatch> batches = new ArrayList<>();
            List<Future<double[]>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                TokenBatch batch = Group.batch(1, new Group(Group.tokens(5, i), List.of(Group.tokens(6, i, 1))));
                batches.add(batch);
                results.add(executor.submit(() -> policy.logProbs(batch).values()));
            }
            for (int i = 0; i < THREADS; i++) {
                double[] expected = f.reference().logProbs(batches.get(i)).values();
                Checks.assertClose(
                        "log-probabilities of thread " + i,
                        results.get(i).get(),
                        expected,
                        f.tolerances().logProb());
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Rule(id = "P11", value = "closing is idempotent and final")
    static void close(Fixture f) {
        Policy policy = f.openPolicy(f.backend());
        policy.close();
        assertThatCode(policy::close).as("a second close").doesNotThrowAnyException();
        Checks.assertIllegalState("description after close", policy::description);
        Checks.assertIllegalState("version after close", policy::version);
        Checks.assertIllegalState("log-probabilities after close", () -> policy.logProbs(Group.batch(1, Group.RAGGED)));
    }

    private static void assertLikeReference(Fixture f, TokenBatch batch) {
        Checks.assertClose(
                "log-probabilities",
                f.policy().logProbs(batch).values(),
                f.reference().logProbs(batch).values(),
                f.tolerances().logProb());
    }
}

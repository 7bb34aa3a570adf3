package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceProxyScorer;
import org.rpt4j.tck.reference.Softmax;

/**
 * Compares the log-probabilities of every role that a backend declares with those of the reference: for rules about a
 * checkpoint, which all roles read. Each role is opened, asked and closed in turn.
 */
final class RoleNumbers {

    private static final SamplingOptions SAMPLING = SamplingOptions.builder()
            .groupSize(2)
            .temperature(0.8)
            .maxTokens(3)
            .seed(7)
            .build();

    private final Fixture f;
    private final int[] prompt;
    private final int[] completion;
    private final double tolerance;

    /**
     * Numbers of one text.
     *
     * @param f the fixture over the checkpoint
     * @param prompt ids of the prompt, at least one
     * @param completion ids of the completion, whose log-probabilities are compared
     * @param tolerance maximum absolute difference of a log-probability in nats
     */
    RoleNumbers(Fixture f, int[] prompt, int[] completion, double tolerance) {
        this.f = f;
        this.prompt = prompt;
        this.completion = completion;
        this.tolerance = tolerance;
    }

    /** The same with the tolerance of the backend. */
    static void assertLikeReference(Fixture f, int[] prompt, int[] completion) {
        new RoleNumbers(f, prompt, completion, f.tolerances().logProb()).assertAll();
    }

    void assertAll() {
        Set<Capability> declared = f.backend().capabilities();
        TokenBatch batch = batch();
        double[][] logits = logits();
        double[] expected = new double[logits.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Softmax.logProbs(logits[i], 1)[completion[i]];
        }
        if (declared.contains(Capability.LOG_PROBS)) {
            try (Policy policy = f.backend().openPolicy(f.source())) {
                assertLogProbs("of a policy", policy.logProbs(batch).values(), expected);
            }
        }
        if (declared.contains(Capability.TRAIN)) {
            try (TrainablePolicy policy = f.backend().openTrainablePolicy(f.source());
                    ForwardPass pass = policy.forward(batch)) {
                assertLogProbs("of a forward pass", pass.logProbs().values(), expected);
            }
        }
        if (declared.contains(Capability.GENERATE)) {
            assertSamples();
        }
        if (declared.contains(Capability.SCORE)) {
            assertScores(logits, expected);
        }
    }

    /** Returns the log-probabilities of the first declared role that gives some. */
    double[] measured() {
        Set<Capability> declared = f.backend().capabilities();
        if (declared.contains(Capability.LOG_PROBS)) {
            try (Policy policy = f.backend().openPolicy(f.source())) {
                return policy.logProbs(batch()).values();
            }
        }
        if (declared.contains(Capability.SCORE)) {
            try (ProxyScorer scorer = f.backend().openProxyScorer(f.source())) {
                return tail(scorer.score(List.of(text()), ScoringOptions.DEFAULTS)
                        .get(0)
                        .trueLogProb());
            }
        }
        try (Policy policy = f.backend().openPolicy(f.source())) {
            return policy.generate(List.of(new Prompt(5, prompt)), SAMPLING)
                    .get(0)
                    .rollouts()
                    .get(0)
                    .logProbs();
        }
    }

    private TokenBatch batch() {
        return Group.batch(1, new Group(prompt, List.of(completion)));
    }

    private int[] text() {
        return IntStream.concat(Arrays.stream(prompt), Arrays.stream(completion))
                .toArray();
    }

    /** What belongs to the completion. */
    private double[] tail(double[] ofText) {
        return Arrays.copyOfRange(ofText, prompt.length, ofText.length);
    }

    /** The reference logits that predict the completion, [completion][V]. */
    private double[][] logits() {
        ReferenceForward forward =
                new ReferenceForward(f.reference().model()).append(prompt).append(completion);
        return IntStream.range(0, completion.length)
                .mapToObj(i -> forward.logits(prompt.length - 1 + i))
                .toArray(double[][]::new);
    }

    private void assertLogProbs(String what, double[] actual, double[] expected) {
        Checks.assertClose("log-probabilities " + what, actual, expected, tolerance);
    }

    private void assertSamples() {
        try (Policy policy = f.backend().openPolicy(f.source())) {
            List<RolloutGroup> groups = policy.generate(List.of(new Prompt(5, prompt)), SAMPLING);
            Samples.assertInverseCdf(f, groups, SAMPLING, tolerance);
            Samples.assertLogProbs(f, groups, SAMPLING.temperature(), tolerance / SAMPLING.temperature());
        }
    }

    private void assertScores(double[][] logits, double[] expected) {
        ScoringOptions options = ScoringOptions.DEFAULTS;
        try (ProxyScorer scorer = f.backend().openProxyScorer(f.source())) {
            TokenScores scores = scorer.score(List.of(text()), options).get(0);
            assertLogProbs("of a scorer", tail(scores.trueLogProb()), expected);
            Checks.assertClose(
                    "entropies",
                    tail(scores.entropy()),
                    Arrays.stream(logits)
                            .mapToDouble(row -> ReferenceProxyScorer.entropy(row, options))
                            .toArray(),
                    tolerance);
            for (int i = 0; i < logits.length; i++) {
                double[] row = logits[i];
                assertThat(row[scores.argmax()[prompt.length + i]])
                        .as("logit of the argmax at %d", prompt.length + i)
                        .isGreaterThanOrEqualTo(row[Softmax.argmax(row)] - tolerance);
            }
        }
    }
}

package org.rpt4j.core.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;

/**
 * Asks a policy with its current weights how likely the true tokens are after each of several texts that begin alike.
 * Thread-safe, as the policy is; the caller keeps and closes the policy.
 */
final class Likelihoods {

    private static final double HALF = Math.log(0.5);

    private final Policy policy;

    Likelihoods(Policy policy) {
        this.policy = policy;
    }

    /** Tokens that fit into one text. */
    int window() {
        return policy.description().contextLength();
    }

    /**
     * One forward pass at temperature 1, without gradients, in which what the texts share is computed once.
     *
     * @param prompt how all texts begin
     * @param rest how each of N texts goes on before the true tokens; may be empty
     * @param bare a text of its own, asked for as well; empty for none
     * @param truth the k true tokens, at least one
     * @return log-probabilities of the true tokens after each text, [N][k], and after the bare one, if any, at the end
     */
    List<double[]> after(int[] prompt, List<int[]> rest, int[] bare, int[] truth) {
        TokenBatch.Builder texts = TokenBatch.builder(1)
                .add(prompt, rest.stream().map(tokens -> joined(tokens, truth)).toList());
        if (bare.length > 0) {
            texts.add(bare, List.of(truth));
        }
        TokenBatch batch = texts.build();
        double[] values = policy.logProbs(batch).values();
        List<double[]> ofTruth = new ArrayList<>();
        for (int c = 1; c < batch.completionOffsets().length; c++) {
            int end = batch.completionOffsets()[c];
            ofTruth.add(Arrays.copyOfRange(values, end - truth.length, end));
        }
        return ofTruth;
    }

    /**
     * Whether each true token is the most likely one after a text and the true tokens before it. What its probability
     * does not decide, the policy is asked for: it continues the text greedily.
     *
     * @param logProbs of the true tokens after each text, as {@link #after} returns them
     */
    boolean[] mostLikely(int[] prompt, List<int[]> rest, int[] truth, List<double[]> logProbs) {
        double even = -Math.log(policy.description().vocabularySize());
        boolean[] hits = new boolean[rest.size()];
        List<Prompt> open = new ArrayList<>();
        for (int i = 0; i < hits.length; i++) {
            double least = Arrays.stream(logProbs.get(i)).min().orElseThrow();
            hits[i] = least > HALF;
            if (!hits[i] && least >= even) {
                open.add(new Prompt(i, joined(prompt, rest.get(i))));
            }
        }
        if (!open.isEmpty()) {
            for (RolloutGroup group : policy.generate(open, SamplingOptions.greedy(truth.length))) {
                hits[(int) group.prompt().id()] =
                        Arrays.equals(group.rollouts().get(0).tokens(), truth);
            }
        }
        return hits;
    }

    static int[] joined(int[] head, int[] tail) {
        int[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }
}

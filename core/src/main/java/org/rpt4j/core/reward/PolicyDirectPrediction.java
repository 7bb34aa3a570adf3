package org.rpt4j.core.reward;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;

/**
 * Queries a policy with its current weights on the bare context, without instruction and chat template. The context is
 * computed once for all tokens. A context longer than the context window loses its oldest tokens. Thread-safe, as the
 * policy is; the caller keeps and closes the policy.
 */
final class PolicyDirectPrediction implements DirectPrediction {

    private final Policy policy;
    private final BareContext bare;

    /** @param beginOfText begin-of-text token of the model; empty if it has none */
    public PolicyDirectPrediction(Policy policy, OptionalInt beginOfText) {
        this.policy = policy;
        this.bare = new BareContext(policy.description().contextLength(), beginOfText);
    }

    @Override
    public double[] probabilities(int[] context, int[] tokens) {
        if (tokens.length == 0) {
            return new double[0];
        }
        List<int[]> completions =
                Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toList();
        TokenBatch batch =
                TokenBatch.builder(1).add(bare.before(1, context), completions).build();
        return Arrays.stream(policy.logProbs(batch).values()).map(Math::exp).toArray();
    }
}

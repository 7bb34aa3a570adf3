package org.rpt4j.core.reward;

import org.rpt4j.api.Policy;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.core.tokenize.Tokenizer;

/** Makes the verifier of a run. */
@FunctionalInterface
public interface RewardFactory {

    /**
     * A verifier, ready to use.
     *
     * @param policy the policy whose rollouts will be judged; stays the caller's and must stay open
     * @param tokenizer its tokenizer; stays the caller's and must stay open
     */
    RewardVerifier create(Policy policy, Tokenizer tokenizer);
}

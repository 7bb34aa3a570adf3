package org.rpt4j.run.tiny;

import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/** A reward that even a model with random weights gets now and then: 1 for an even first token. */
public final class CoinReward implements RewardVerifierProvider, RewardVerifier {

    @Override
    public String name() {
        return "coin";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        return this;
    }

    @Override
    public Verdict verify(Attempt attempt) {
        return new Verdict.Scored(1 - attempt.rollout().tokens()[0] % 2, RewardReason.CUSTOM);
    }
}

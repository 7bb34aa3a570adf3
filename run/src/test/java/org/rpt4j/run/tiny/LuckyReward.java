package org.rpt4j.run.tiny;

import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/** As {@link CoinReward}, but called a hit: a model with random weights gets none otherwise. */
public final class LuckyReward implements RewardVerifierProvider, RewardVerifier {

    @Override
    public String name() {
        return "lucky";
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
        return attempt.rollout().tokens()[0] % 2 == 0
                ? new Verdict.Scored(1, RewardReason.HIT)
                : new Verdict.Scored(0, RewardReason.NOT_PREFIX);
    }
}

package org.rpt4j.run.tiny;

import org.rpt4j.api.Attempt;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/** Calls every prediction right. */
public final class AnyBoxReward implements RewardVerifierProvider, RewardVerifier {

    @Override
    public String name() {
        return "any-box";
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
        return attempt.prediction() instanceof Prediction.Missing missing
                ? new Verdict.Scored(0, RewardReason.of(missing.reason()))
                : new Verdict.Scored(1, RewardReason.HIT);
    }
}

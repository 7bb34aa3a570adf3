package org.rpt4j.run.tiny;

import java.util.List;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * A reward that even a model with random weights gets now and then: 1 for an even first token, or an odd one if
 * the option {@code side} is {@code odd}.
 */
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
    public List<String> options() {
        return List.of("side");
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        int side = context.options().getOrDefault("side", "even").equals("odd") ? 1 : 0;
        return attempt -> toss(attempt, side);
    }

    @Override
    public Verdict verify(Attempt attempt) {
        return toss(attempt, 0);
    }

    private static Verdict toss(Attempt attempt, int side) {
        return new Verdict.Scored(attempt.rollout().tokens()[0] % 2 == side ? 1 : 0, RewardReason.CUSTOM);
    }
}

package org.rpt4j.core.train;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;

/** The objective on one micro-batch; remembers what the metrics of the step need. */
final class SurrogateLoss implements MicroBatchLoss {

    private final MicroBatch batch;
    private final TokenBatch tokens;
    private final BatchTotals totals;
    private final Objective objective;
    private final @Nullable Policy reference;
    private final double gapLimit;
    private double gap;
    private long clippedTokens;

    /**
     * @param reference the policy to stay close to; needed if the objective has a KL weight
     * @param gapLimit most nats between sampler and trainer; infinity where the weights have moved since sampling
     */
    SurrogateLoss(
            MicroBatch batch,
            double temperature,
            BatchTotals totals,
            Objective objective,
            @Nullable Policy reference,
            double gapLimit) {
        this.batch = batch;
        this.tokens = batch.tokens(temperature);
        this.totals = totals;
        this.objective = objective;
        this.reference = reference;
        this.gapLimit = gapLimit;
    }

    @Override
    public TokenBatch tokens() {
        return tokens;
    }

    @Override
    public Weighted at(TokenValues logProbs) {
        LogProbGap largest = LogProbGap.of(batch, logProbs);
        largest.requireWithin(gapLimit);
        gap = largest.nats();
        clippedTokens = 0;
        PolicyLoss loss = objective.loss();
        double[] weights = new double[logProbs.size()];
        double value = 0;
        int token = 0;
        for (LearningGroup.Member member : batch.members()) {
            double factor = objective.aggregation().factor(member.rollout().length(), totals);
            double advantage = member.advantage();
            for (double old : member.rollout().logProbs()) {
                double logProb = logProbs.values()[token];
                value += factor * loss.value(logProb, old, advantage);
                weights[token] = factor * loss.weight(logProb, old, advantage);
                if (advantage != 0 && loss.isFlat(logProb, old, advantage)) {
                    clippedTokens++;
                }
                token++;
            }
        }
        return reference == null ? new Weighted(value, weights) : penalised(value, weights, logProbs, reference);
    }

    private Weighted penalised(double surrogate, double[] weights, TokenValues logProbs, Policy stayClose) {
        double[] referenceLogProbs = stayClose.logProbs(tokens).values();
        double value = surrogate;
        int token = 0;
        for (LearningGroup.Member member : batch.members()) {
            double factor = objective.aggregation().factor(member.rollout().length(), totals);
            for (int t = 0; t < member.rollout().length(); t++, token++) {
                double logProb = logProbs.values()[token];
                value += factor * objective.loss().penalty(logProb, referenceLogProbs[token]);
                weights[token] += factor * objective.loss().penaltyWeight(logProb, referenceLogProbs[token]);
            }
        }
        return new Weighted(value, weights);
    }

    /** The largest gap between sampler and trainer at the last evaluation, nats. */
    double gap() {
        return gap;
    }

    /** Tokens without a gradient at the last evaluation because a clip held. */
    long clippedTokens() {
        return clippedTokens;
    }
}

package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.rollout.FailedBatch;

/**
 * The objective on one micro-batch, for all updates of a step. Its first evaluation, before any update, compares
 * sampler and trainer and fixes the old log-probabilities. Keeps the values for the step's metrics.
 */
final class SurrogateLoss implements MicroBatchLoss {

    private final MicroBatch batch;
    private final double temperature;
    private final TokenBatch tokens;
    private final BatchTotals totals;
    private final Objective objective;
    private final @Nullable Policy reference;
    private final LogProbGap.Gate gate;
    private double @Nullable [] oldLogProbs;
    private TokenPass pass = TokenPass.ALL;
    private double gap;
    private long clippedTokens;

    /**
     * @param reference reference policy; required if the objective has a KL weight
     * @param gate limit of the difference between sampler and trainer
     */
    SurrogateLoss(
            MicroBatch batch,
            double temperature,
            BatchTotals totals,
            Objective objective,
            @Nullable Policy reference,
            LogProbGap.Gate gate) {
        this.batch = batch;
        this.temperature = temperature;
        this.tokens = batch.tokens(temperature);
        this.totals = totals;
        this.objective = objective;
        this.reference = reference;
        this.gate = gate;
    }

    @Override
    public List<SurrogateLoss> split(int tokenBudget) {
        List<SurrogateLoss> parts = new ArrayList<>();
        int from = 0;
        for (MicroBatch part : MicroBatches.split(batch.groups(), tokenBudget)) {
            SurrogateLoss loss = new SurrogateLoss(part, temperature, totals, objective, reference, gate);
            loss.pass = pass;
            int to = from + loss.tokens.completionTokenCount();
            if (oldLogProbs != null) {
                loss.oldLogProbs = Arrays.copyOfRange(oldLogProbs, from, to);
                loss.gap = gap;
            }
            from = to;
            parts.add(loss);
        }
        return parts;
    }

    @Override
    public List<Long> groups() {
        return batch.groups().stream().map(group -> group.prompt().id()).toList();
    }

    @Override
    public Map<String, TokenValues> known() {
        return Map.of(
                FailedBatch.SAMPLED, TokenValues.of(tokens, SampledLogProbs.of(batch)),
                FailedBatch.REWARD, spread(LearningGroup.Member::reward),
                FailedBatch.ADVANTAGE, spread(LearningGroup.Member::advantage));
    }

    /** Repeats a number of each completion for all its tokens. */
    private TokenValues spread(ToDoubleFunction<LearningGroup.Member> number) {
        double[] values = batch.members().stream()
                .flatMapToDouble(member -> DoubleStream.generate(() -> number.applyAsDouble(member))
                        .limit(member.rollout().length()))
                .toArray();
        return TokenValues.of(tokens, values);
    }

    @Override
    public TokenBatch tokens() {
        return tokens;
    }

    @Override
    public Weighted at(TokenValues logProbs) {
        double[] old = oldLogProbs == null ? before(logProbs) : oldLogProbs;
        oldLogProbs = old;
        clippedTokens = 0;
        double[] weights = new double[logProbs.size()];
        double value = 0;
        int from = 0;
        for (LearningGroup group : batch.groups()) {
            for (LearningGroup.Member member : group.members()) {
                double[] now = slice(logProbs.values(), from, member);
                value += surrogate(group, member, now, slice(old, from, member), weights, from);
                from += member.rollout().length();
            }
        }
        return reference == null ? new Weighted(value, weights) : penalised(value, weights, logProbs, reference);
    }

    /** The old log-probabilities: the sampler's, or the trainer's own if the objective corrects for the sampler. */
    private double[] before(TokenValues logProbs) {
        LogProbGap found = LogProbGap.of(batch, logProbs, gate.policyVersion());
        found.requireWithin(gate.limit());
        gap = found.nats();
        if (objective.loss().correctsSampler()) {
            SampledLogProbs.requireFinite(batch);
            return logProbs.values().clone();
        }
        return SampledLogProbs.of(batch);
    }

    /** Adds the loss of one completion to the weights and returns it. */
    private double surrogate(
            LearningGroup group,
            LearningGroup.Member member,
            double[] logProbs,
            double[] old,
            double[] weights,
            int from) {
        PolicyLoss loss = objective.loss();
        double factor = objective.aggregation().factor(member.rollout().length(), totals);
        double[] logRatios = loss.ratio().logRatios(logProbs, old);
        double[] fromSampler = loss.ratio().logRatios(old, member.rollout().logProbs());
        double[] sampled = member.rollout().logProbs();
        double value = 0;
        for (int t = 0; t < logRatios.length; t++) {
            if (!pass.has(sampled[t], loss.isolationThreshold())) {
                continue;
            }
            double advantage = loss.reweighted(group.advantage(member, t), old[t]);
            double corrected = factor * loss.correction(fromSampler[t]);
            value += corrected * loss.value(logRatios[t], advantage);
            weights[from + t] = corrected * loss.weight(logRatios[t], advantage);
            if (loss.entropyWeight() > 0) {
                value += factor * loss.entropyLoss(logProbs[t]);
                weights[from + t] += factor * loss.entropyWeight() * logProbs[t];
            }
            clippedTokens += advantage != 0 && loss.isFlat(logRatios[t], advantage) ? 1 : 0;
        }
        return value;
    }

    private Weighted penalised(double surrogate, double[] weights, TokenValues logProbs, Policy stayClose) {
        double[] referenceLogProbs = stayClose.logProbs(tokens).values();
        double value = surrogate;
        int token = 0;
        for (LearningGroup.Member member : batch.members()) {
            double factor = objective.aggregation().factor(member.rollout().length(), totals);
            if (member.hit() && objective.loss().klMissesOnly()) {
                token += member.rollout().length();
                continue;
            }
            for (int t = 0; t < member.rollout().length(); t++, token++) {
                if (!pass.has(member.rollout().logProbs()[t], objective.loss().isolationThreshold())) {
                    continue;
                }
                double logProb = logProbs.values()[token];
                value += factor * objective.loss().penalty(logProb, referenceLogProbs[token]);
                weights[token] += factor * objective.loss().penaltyWeight(logProb, referenceLogProbs[token]);
            }
        }
        return new Weighted(value, weights);
    }

    private static double[] slice(double[] values, int from, LearningGroup.Member member) {
        return Arrays.copyOfRange(values, from, from + member.rollout().length());
    }

    /** Learns only these tokens from now on; false if there are none of them. */
    boolean restrictTo(TokenPass tokensOfPass) {
        pass = tokensOfPass;
        double threshold = objective.loss().isolationThreshold();
        return Arrays.stream(SampledLogProbs.of(batch)).anyMatch(logProb -> pass.has(logProb, threshold));
    }

    /** The gap between sampler and trainer before the first update, in nats. */
    double gap() {
        return gap;
    }

    /** Adds the tokens of its rollouts, with their log-probabilities before the first update. */
    void addTo(SamplerDrift drift) {
        int from = 0;
        for (LearningGroup.Member member : batch.members()) {
            drift.add(
                    slice(Objects.requireNonNull(oldLogProbs), from, member),
                    member.rollout().logProbs());
            from += member.rollout().length();
        }
    }

    /** Number of tokens without a gradient at the last evaluation because of a clip. */
    long clippedTokens() {
        return clippedTokens;
    }
}

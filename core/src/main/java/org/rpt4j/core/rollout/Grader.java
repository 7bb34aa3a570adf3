package org.rpt4j.core.rollout;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RewardException;

/**
 * Extracts predictions from rollouts and judges them. Thread-safe if the extractor and the verifier are.
 *
 * @since 0.1.0
 */
public final class Grader {

    private final PredictionExtractor extractor;
    private final RewardVerifier verifier;

    public Grader(PredictionExtractor extractor, RewardVerifier verifier) {
        this.extractor = extractor;
        this.verifier = verifier;
    }

    /**
     * Judges every group.
     *
     * @throws RewardException if the extractor or the verifier fails, or if the verifier returns a wrong number of
     *     verdicts or a null verdict; the message names the task
     */
    public List<GradedGroup> grade(List<SampledGroup> groups) {
        return groups.stream().map(this::grade).toList();
    }

    private GradedGroup grade(SampledGroup group) {
        List<Attempt> attempts =
                group.rollouts().stream().map(r -> attempt(group, r)).toList();
        List<Verdict> verdicts = verdicts(group.task(), attempts);
        List<GradedRollout> graded = new ArrayList<>();
        for (int i = 0; i < attempts.size(); i++) {
            graded.add(
                    new GradedRollout(attempts.get(i).rollout(), attempts.get(i).prediction(), verdicts.get(i)));
        }
        return new GradedGroup(group.task(), group.prompt(), graded);
    }

    private Attempt attempt(SampledGroup group, Rollout rollout) {
        try {
            return new Attempt(group.task(), group.prompt(), rollout, extractor.extract(rollout));
        } catch (RuntimeException e) {
            throw new RewardException(
                    "The extractor failed on rollout " + rollout.member() + " of " + describe(group.task()) + ": " + e,
                    e);
        }
    }

    private List<Verdict> verdicts(PredictionTask task, List<Attempt> attempts) {
        List<Verdict> verdicts;
        try {
            verdicts = verifier.verifyGroup(attempts);
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RewardException(
                    "The verifier failed on " + describe(task) + ": " + e
                            + ". A verifier that cannot judge returns Abstained.",
                    e);
        }
        if (verdicts == null) {
            throw new RewardException("The verifier returned no verdicts (null) for " + describe(task)
                    + ". A verifier that cannot judge returns Abstained.");
        }
        if (verdicts.size() != attempts.size()) {
            throw new RewardException("The verifier returned " + verdicts.size() + " verdicts for " + attempts.size()
                    + " attempts of " + describe(task));
        }
        for (int i = 0; i < attempts.size(); i++) {
            if (verdicts.get(i) == null) {
                throw new RewardException("The verifier returned no verdict (null) for rollout "
                        + attempts.get(i).rollout().member() + " of " + describe(task)
                        + ". A verifier that cannot judge returns Abstained.");
            }
        }
        return List.copyOf(verdicts);
    }

    private static String describe(PredictionTask task) {
        return "task " + task.id() + " (" + task.documentId() + ":" + task.position() + ")";
    }
}

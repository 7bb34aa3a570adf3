package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/** Graded groups with given rewards and two tokens per rollout. */
final class Groups {

    /** A reward that stands for an abstention. */
    static final double ABSTAIN = Double.NaN;

    private Groups() {}

    static GradedGroup of(long id, double... rewards) {
        return of(TinyWorld.task(id), 0, rewards);
    }

    static GradedGroup of(PredictionTask task, long policyVersion, double... rewards) {
        List<GradedRollout> rollouts = new ArrayList<>();
        for (int m = 0; m < rewards.length; m++) {
            Verdict verdict = Double.isNaN(rewards[m])
                    ? new Verdict.Abstained("test")
                    : new Verdict.Scored(rewards[m], RewardReason.CUSTOM);
            rollouts.add(new GradedRollout(
                    rollout(m, FinishReason.STOP_TOKEN, policyVersion),
                    new Prediction.Missing(MissingReason.NO_BOX),
                    verdict));
        }
        return new GradedGroup(task, new Prompt(task.id(), new int[] {5, 5}), rollouts);
    }

    /** The same rewards, each for a prediction that was right. */
    static GradedGroup hits(GradedGroup group) {
        return withReason(RewardReason.HIT, group);
    }

    static GradedGroup withReason(RewardReason reason, long id, double... rewards) {
        return withReason(reason, of(id, rewards));
    }

    private static GradedGroup withReason(RewardReason reason, GradedGroup group) {
        List<GradedRollout> rollouts = group.rollouts().stream()
                .map(r -> new GradedRollout(
                        r.rollout(),
                        r.prediction(),
                        new Verdict.Scored(r.score().reward(), reason)))
                .toList();
        return new GradedGroup(group.task(), group.prompt(), rollouts);
    }

    static GradedGroup truncated(GradedGroup group, int member) {
        List<GradedRollout> rollouts = new ArrayList<>(group.rollouts());
        GradedRollout old = rollouts.get(member);
        Rollout cut = rollout(member, FinishReason.LENGTH, old.rollout().policyVersion());
        rollouts.set(member, new GradedRollout(cut, old.prediction(), old.verdict()));
        return new GradedGroup(group.task(), group.prompt(), rollouts);
    }

    private static Rollout rollout(int member, FinishReason finish, long policyVersion) {
        return new Rollout(member, new int[] {1, 2}, new double[] {-1, -1}, finish, policyVersion);
    }
}

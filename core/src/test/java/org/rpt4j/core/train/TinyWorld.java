package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.objective.Objective;

/**
 * A world of nine tokens: four questions (4 to 7), four symbols (0 to 3) and an end (8). The answer to a question is
 * the symbol after its own, as the last token before the end. Text is one byte per symbol: its id.
 */
public final class TinyWorld {

    public static final int VOCABULARY = 9;
    public static final int FIRST_QUESTION = 4;
    public static final int END = 8;

    private TinyWorld() {}

    /** A policy that knows nothing: all tokens are equally likely. */
    public static TabularPolicy policy() {
        return new TabularPolicy(VOCABULARY, 16);
    }

    /** A policy that answers correctly about half of the time, so that most groups are mixed. */
    public static TabularPolicy halfTrainedPolicy() {
        TabularPolicy policy = policy();
        for (int question = 0; question < 4; question++) {
            policy.logits[FIRST_QUESTION + question][(question + 1) % 4] = 2;
            policy.logits[question][END] = 3;
        }
        return policy;
    }

    public static PredictionTask task(long id) {
        return task(id, 0.3 + (id % 4) * 0.5);
    }

    /** The task of an id: question {@code id % 4}. */
    public static PredictionTask task(long id, double entropy) {
        int question = (int) (id % 4);
        int answer = (question + 1) % 4;
        GroundTruth truth = new GroundTruth(new byte[] {(byte) answer, 7}, new int[] {1, 2});
        int[] context = {END, FIRST_QUESTION + question};
        return new PredictionTask(id, "doc", (int) id, context, answer, truth, entropy);
    }

    static List<PredictionTask> tasks(long step, int size) {
        return LongStream.range(step * size, step * size + size)
                .mapToObj(TinyWorld::task)
                .toList();
    }

    /** The symbol before the end, if there is one. */
    public static Prediction extract(Rollout rollout) {
        int length = rollout.length();
        if (rollout.tokens()[length - 1] != END) {
            return new Prediction.Missing(MissingReason.TRUNCATED);
        }
        if (length < 2 || rollout.tokens()[length - 2] >= FIRST_QUESTION) {
            return new Prediction.Missing(MissingReason.NO_BOX);
        }
        return new Prediction.Boxed(new byte[] {(byte) rollout.tokens()[length - 2]});
    }

    /** Whether the prediction is a prefix of the truth. */
    public static final RewardVerifier VERIFIER = attempt -> {
        if (attempt.prediction() instanceof Prediction.Missing missing) {
            return new Verdict.Scored(0, RewardReason.of(missing.reason()));
        }
        byte[] content = ((Prediction.Boxed) attempt.prediction()).content();
        byte[] truth = attempt.task().truth().bytes();
        boolean hit = content.length <= truth.length && Arrays.equals(content, Arrays.copyOf(truth, content.length));
        return new Verdict.Scored(hit ? 1 : 0, hit ? RewardReason.HIT : RewardReason.NOT_PREFIX);
    };

    public static final OptimizerOptions RATE =
            OptimizerOptions.PAPER.toBuilder().learningRate(2).weightDecay(0).build();

    public static RptSettings settings(long steps) {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(8)
                .temperature(0.8)
                .maxTokens(4)
                .stopTokens(Set.of(END))
                .seed(42)
                .build();
        return RptSettings.PAPER.toBuilder()
                .steps(steps)
                .promptsPerStep(8)
                .sampling(sampling)
                .objective(Objective.GRPO)
                .logProbGapLimit(1e-10)
                .build();
    }

    public static RptTrainerBuilder trainer(TabularPolicy policy, RptSettings settings) {
        return RptTrainer.builder()
                .policy(policy, policy.openOptimizer(RATE))
                .tasks(TinyWorld::tasks)
                .prompts((context, after) -> context)
                .extractor(TinyWorld::extract)
                .verifier(VERIFIER)
                .settings(settings);
    }
}

package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;

/** The keys {@code baseline.*}: what training without reinforcement may spend, and on what. */
public final class BaselineKeys {

    private static final Section.Builder KEYS = Section.of(
                    "baseline", "Training without reinforcement at equal compute")
            .onlyWith("training.method is NEXT_TOKEN or MIXED_SUPERVISED", TrainingKeys::isBaseline);

    public static final Key<Path> COMPUTE_OF = KEYS.key("compute-of", Texts.PATH)
            .says("Directory of a recorded run that has ended: the baseline may spend what its training spent.")
            .orNothing("baseline.flops is the budget");

    public static final Key<Double> FLOPS = KEYS.key("flops", Numbers.real(Range.above(0)))
            .says("What the baseline may spend: C = 2N per token read + 6N per token learned.")
            .in("floating point operations")
            .orNothing("baseline.compute-of gives the budget");

    public static final Key<Integer> TOKENS_PER_STEP =
            KEYS.key(SupervisedSettings.TOKENS_PER_STEP).orFrom(TrainingKeys.MICRO_BATCH_TOKENS);

    public static final Key<Long> SEARCH_STEPS = KEYS.key("search-steps", Numbers.wholeLong(Range.atLeast(1)))
            .says("Steps of reinforcement whose tasks are sampled, once, for correct rollouts. The search is paid from"
                    + " the budget.")
            .in("steps")
            .after("rejection sampling: Zelikman et al. 2022, arXiv 2203.14465")
            .onlyWith(
                    "training.method is MIXED_SUPERVISED",
                    values -> values.get(TrainingKeys.METHOD) == TrainingKeys.Method.MIXED_SUPERVISED)
            .orFrom(TrainingKeys.STEPS, "", values -> Math.max(1, values.get(TrainingKeys.STEPS)));

    static final Section SECTION = KEYS.build();

    private BaselineKeys() {}

    /**
     * What the baseline may spend, in floating point operations.
     *
     * @throws StorageException if the run that tells it cannot be read, has not ended, or spent nothing
     */
    public static double budget(Values values) {
        Optional<Double> given = values.find(FLOPS);
        return given.isPresent() ? given.get() : spent(values.get(COMPUTE_OF));
    }

    private static double spent(Path directory) {
        RecordedRun run = RecordedRun.open(directory);
        if (run.outcome().isEmpty()) {
            throw new StorageException("The run in " + directory + " has not ended, so what it spends is not known."
                    + " Wait for it, or give " + FLOPS + ".");
        }
        List<StepRecord> steps = run.steps();
        double flops =
                steps.isEmpty() ? Double.NaN : steps.get(steps.size() - 1).value(StepValues.COMPUTE);
        if (!(flops > 0)) {
            throw new StorageException("The run in " + directory + " spent nothing on training, and neither could a"
                    + " baseline. Name a run that has trained, or give " + FLOPS + ".");
        }
        return flops;
    }

    /**
     * Settings of the supervised trainer.
     *
     * @param steps what the budget pays for
     */
    public static SupervisedSettings settings(Values values, long steps) {
        return SupervisedSettings.builder(steps, values.get(TOKENS_PER_STEP), OptimizerKeys.schedule(values))
                .microBatchTokens(values.get(TrainingKeys.MICRO_BATCH_TOKENS))
                .seed(values.get(SamplingKeys.SEED))
                .maxSkippedSteps(values.get(TrainingKeys.MAX_SKIPPED_STEPS))
                .build();
    }
}

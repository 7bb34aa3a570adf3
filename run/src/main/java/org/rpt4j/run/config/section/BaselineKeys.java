package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.api.setting.Range;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;

/**
 * The keys {@code baseline.*}: the budget of supervised baselines, and how they spend it.
 *
 * @since 0.1.0
 */
public final class BaselineKeys {

    private static final Section.Builder KEYS = Section.of("baseline", "Supervised baselines at equal compute")
            .onlyWith("training.method is NEXT_TOKEN or MIXED_SUPERVISED", TrainingKeys::isBaseline);

    public static final Key<Path> COMPUTE_OF = KEYS.key("compute-of", Texts.PATH)
            .says("Directory of a completed run whose training compute becomes the budget of the baseline.")
            .orNothing("baseline.flops is the budget");

    public static final Key<Double> FLOPS = KEYS.key("flops", Numbers.real(Range.above(0)))
            .says("Compute budget of the baseline: C = 2N per token read + 6N per token learned.")
            .in("floating-point operations")
            .orNothing("baseline.compute-of gives the budget");

    public static final Key<Long> SEARCH_STEPS = KEYS.key("search-steps", Numbers.wholeLong(Range.atLeast(1)))
            .says("Number of reinforcement steps whose tasks are sampled once to collect correct rollouts. The"
                    + " budget pays for this sampling.")
            .in("steps")
            .after("rejection sampling: Zelikman et al. 2022, arXiv 2203.14465")
            .onlyWith(
                    "training.method is MIXED_SUPERVISED",
                    values -> values.get(TrainingKeys.METHOD) == TrainingKeys.Method.MIXED_SUPERVISED)
            .orFrom(TrainingKeys.STEPS, "", values -> Math.max(1, values.get(TrainingKeys.STEPS)));

    static final Section SECTION = KEYS.build();

    private BaselineKeys() {}

    /**
     * Returns the budget of the baseline in floating-point operations.
     *
     * @throws StorageException if the reference run cannot be read, has not ended, or spent no compute
     */
    public static double budget(Values values) {
        Optional<Double> given = values.find(FLOPS);
        return given.isPresent() ? given.get() : spent(values.get(COMPUTE_OF));
    }

    private static double spent(Path directory) {
        RecordedRun run = RecordedRun.open(directory);
        if (run.outcome().isEmpty()) {
            throw new StorageException("The run in " + directory + " has not ended, so its compute is not known."
                    + " Wait for it to end, or set " + FLOPS + ".");
        }
        List<StepRecord> steps = run.steps();
        double flops =
                steps.isEmpty() ? Double.NaN : steps.get(steps.size() - 1).value(StepValues.COMPUTE);
        if (!(flops > 0)) {
            throw new StorageException("The run in " + directory + " spent no compute on training, so the"
                    + " baseline has no budget. Name a run that has trained, or set " + FLOPS + ".");
        }
        return flops;
    }
}

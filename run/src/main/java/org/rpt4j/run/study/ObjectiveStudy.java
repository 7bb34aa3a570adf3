package org.rpt4j.run.study;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.train.ComputeMeter;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;
import org.rpt4j.run.launch.ConfiguredEvaluation;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.resume.SavedCheckpoint;

/**
 * Variants of one configuration, each trained with the same seeds and compute, and evaluated on the same held-out tokens
 * as the base configuration has them, whatever a variant was trained on.
 *
 * <p>The first variant takes {@code training.steps}; what that costs with a seed is the compute of the others with that
 * seed. It is counted as {@link org.rpt4j.core.train.ComputeCost} says: a run ends after the step in which it has spent
 * it. A study that was interrupted goes on where it stopped, and repeats nothing that is done.
 *
 * @since 0.1.0
 */
public final class ObjectiveStudy {

    private static final String ORIGIN = "variant";
    private static final String EVALUATION = "evaluation.json";
    private static final int MAX_BYTES = 1 << 28;
    /** A variant whose steps are cheaper may take more of them, but not without end. */
    private static final int MOST_TIMES_THE_STEPS = 20;

    private final RunConfiguration base;
    private final List<Variant> variants;
    private final List<Long> seeds;
    private final Path directory;
    private final StudyObserver observer;

    /**
     * Creates a study.
     *
     * @param base with {@code run.directory}, under which each run has a folder of its own
     * @param variants at least one; the first is what the others are compared with
     * @param seeds of the runs, at least one
     * @throws ConfigurationException if the base has no directory or no held-out tasks, or its schedule needs a known
     *     number of steps
     * @throws IllegalArgumentException if there is no variant or no seed, or two have one name or value
     */
    public ObjectiveStudy(RunConfiguration base, List<Variant> variants, List<Long> seeds, StudyObserver observer) {
        if (variants.isEmpty() || seeds.isEmpty()) {
            throw new IllegalArgumentException("a study needs a variant and a seed");
        }
        if (seeds.stream().distinct().count() < seeds.size()) {
            throw new IllegalArgumentException("a seed is given twice in " + seeds);
        }
        Variant.requireDistinct(variants);
        this.base = base;
        this.variants = List.copyOf(variants);
        this.seeds = List.copyOf(seeds);
        this.directory = base.find(RunKeys.DIRECTORY)
                .orElseThrow(() -> new ConfigurationException(
                        List.of("A study has nowhere to keep its runs. Set " + RunKeys.DIRECTORY + ".")));
        this.observer = observer;
    }

    /**
     * Runs what is not done yet.
     *
     * @throws ConfigurationException if no variant can be run
     * @throws OperationCancelledException if the thread is interrupted; the next call continues
     * @throws org.rpt4j.api.error.RptException if a run fails
     */
    public StudyResult run() {
        Map<String, String> leftOut = new LinkedHashMap<>();
        List<Variant> valid = valid(leftOut);
        EvaluationReport before = evaluation(directory.resolve(EVALUATION), "before", base);
        List<StudyCell> cells = new ArrayList<>();
        Map<Long, Double> budgets = new LinkedHashMap<>();
        int number = 0;
        for (Variant variant : valid) {
            for (long seed : seeds) {
                observer.starting(variant.name(), seed, ++number, valid.size() * seeds.size());
                double budget = budgets.getOrDefault(seed, Double.POSITIVE_INFINITY);
                StudyCell cell = cell(variant, seed, budget);
                budgets.putIfAbsent(seed, cell.flops());
                cells.add(cell);
                observer.done(cell);
            }
        }
        return new StudyResult(before, cells, leftOut);
    }

    private List<Variant> valid(Map<String, String> leftOut) {
        List<Variant> valid = new ArrayList<>();
        for (Variant variant : variants) {
            try {
                requireConstantRate(configuration(variant, seeds.get(0), 0));
                valid.add(variant);
            } catch (ConfigurationException e) {
                String reason = String.join(" ", e.problems());
                leftOut.put(variant.name(), reason);
                observer.leftOut(variant.name(), reason);
            }
        }
        if (valid.isEmpty()) {
            throw new ConfigurationException(leftOut.entrySet().stream()
                    .map(one -> "variant " + one.getKey() + ": " + one.getValue())
                    .toList());
        }
        return valid;
    }

    private static void requireConstantRate(RunConfiguration configuration) {
        if (configuration.get(OptimizerKeys.SCHEDULE) != LearningRateSchedule.Shape.CONSTANT) {
            throw new ConfigurationException(List.of(OptimizerKeys.SCHEDULE + " is "
                    + configuration.get(OptimizerKeys.SCHEDULE) + ", which needs a known number of steps, but a run of"
                    + " a study ends when its compute is spent. Set CONSTANT."));
        }
    }

    private StudyCell cell(Variant variant, long seed, double budget) {
        Path folder = folder(variant, seed);
        RunConfiguration configuration = configuration(variant, seed, budget);
        Path evaluated = folder.resolve(EVALUATION);
        if (!Files.exists(evaluated) && !isSpent(folder, budget)) {
            ComputeMeter meter = RewardKeys.judgesThoughtAlone(configuration)
                    ? new ComputeMeter().scoringThoughts()
                    : new ComputeMeter();
            BudgetWatch watch = new BudgetWatch(() -> RecordedRun.open(run(folder)), budget, meter);
            new ConfiguredRun(configuration, new StudyRuns(observer.runs(), watch)).run();
            requireNotInterrupted(variant, seed, folder, budget);
        }
        List<StepRecord> steps = RecordedRun.open(run(folder)).steps();
        EvaluationReport report =
                evaluation(evaluated, variant.name() + ", seed " + seed, trained(configuration, folder));
        List<StepRecord> last = steps.subList(steps.size() - Math.max(1, steps.size() / 4), steps.size());
        return new StudyCell(
                variant.name(),
                seed,
                steps.size(),
                BudgetWatch.spent(steps),
                steps.get(steps.size() - 1).seconds(),
                mean(steps, StepValues.LIVE_SHARE),
                mean(last, StepValues.LENGTH),
                report);
    }

    private static double mean(List<StepRecord> steps, String name) {
        return steps.stream()
                .mapToDouble(step -> step.value(name))
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    /** Whether a run has ended, by itself or because its compute is spent. */
    private static boolean isSpent(Path folder, double budget) {
        if (!RunDirectory.isRun(run(folder))) {
            return false;
        }
        RecordedRun recorded = RecordedRun.open(run(folder));
        return recorded.outcome().isPresent()
                && (BudgetWatch.spent(recorded.steps()) >= budget
                        || recorded.outcome().get().outcome() == RunEnd.Outcome.COMPLETED);
    }

    private static void requireNotInterrupted(Variant variant, long seed, Path folder, double budget) {
        if (!isSpent(folder, budget)) {
            throw new OperationCancelledException("The study was stopped while it trained " + variant.name()
                    + " with seed " + seed + ". The same command continues there.");
        }
    }

    private Path folder(Variant variant, long seed) {
        return directory.resolve(variant.name()).resolve("seed-" + seed);
    }

    private static Path run(Path folder) {
        return folder.resolve("run");
    }

    /** The base with the settings of a variant, without its own evaluations and in its own folder. */
    private RunConfiguration configuration(Variant variant, long seed, double budget) {
        RunConfigurationBuilder builder = base.toBuilder()
                .set(CorpusKeys.SPLIT_SEED, base.get(CorpusKeys.SPLIT_SEED))
                .set(RunKeys.SEED, seed)
                .set(RunKeys.DIRECTORY, run(folder(variant, seed)))
                .set(RunKeys.RESUME, true)
                .set(RunKeys.KEEP_CHECKPOINTS, 1)
                .set(EvaluationKeys.TASKS, 0)
                .set(EvaluationKeys.EVERY_STEPS, 0L)
                .set(ValidationKeys.KEEP_BEST, false);
        if (base.get(RunKeys.SAVE_EVERY) == 0) {
            builder.set(RunKeys.SAVE_EVERY, Math.max(1, base.get(TrainingKeys.STEPS) / 4));
        }
        variant.settings().forEach((key, value) -> builder.set(key, value, ORIGIN + " " + variant.name()));
        RunConfiguration whole = builder.build();
        return Double.isInfinite(budget)
                ? whole
                : whole.toBuilder()
                        .set(TrainingKeys.STEPS, MOST_TIMES_THE_STEPS * base.get(TrainingKeys.STEPS))
                        .build();
    }

    /** The base with a trained model. */
    private RunConfiguration trained(RunConfiguration configuration, Path folder) {
        Path store = run(folder).resolve("checkpoints");
        SavedCheckpoint saved = new CheckpointStore(store)
                .latest()
                .orElseThrow(() -> new CheckpointException("The run in " + run(folder) + " has no checkpoint in "
                        + store + ". Remove the run, and begin" + " it again."));
        RunConfigurationBuilder builder = without(base, "lora.").toBuilder();
        return LoraKeys.isAdapted(configuration)
                ? builder.set(ModelKeys.ADAPTER, saved.model()).build()
                : builder.set(ModelKeys.DIRECTORY, saved.model())
                        .set(ModelKeys.PROXY, base.get(ModelKeys.PROXY))
                        .build();
    }

    private static RunConfiguration without(RunConfiguration configuration, String prefix) {
        RunConfigurationBuilder builder = RunConfiguration.builder();
        configuration.settings().stream()
                .filter(setting -> setting.isGiven() && !setting.name().startsWith(prefix))
                .forEach(setting -> builder.set(setting.name(), setting.value(), setting.source()));
        return builder.build();
    }

    /** An evaluation on the held-out tokens of the base, from its file if it was made before. */
    private EvaluationReport evaluation(Path file, String label, RunConfiguration configuration) {
        if (Files.exists(file)) {
            return EvaluationReport.of(JsonFields.read(file, MAX_BYTES, StorageException::new));
        }
        EvaluationReport report =
                ConfiguredEvaluation.evaluate(configuration, label, Optional.empty(), observer.runs());
        byte[] json = (report.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFiles.requireWritableFile(file);
        AtomicFiles.replace(file, out -> out.write(json));
        return report;
    }
}

package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.Baseline;
import org.rpt4j.core.objective.BatchNormalisation;
import org.rpt4j.core.objective.ImportanceRatio;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.spi.RewardVerifiers;

/** Everything that two keys cannot both be. */
public final class Contradictions {

    private static final String ON_POLICY =
            "the baseline is derived for rollouts of the present weights alone. Take another objective, or ";
    private static final String NOWHERE = "there is nowhere to save to. Give run.directory.";

    private static final List<Contradiction> ALL = List.of(
            Contradiction.of(
                    List.of(CorpusKeys.FILES, CorpusKeys.DATASET),
                    values -> lacks(values, CorpusKeys.FILES, CorpusKeys.DATASET),
                    "there is nothing to make tasks from. Give one of the two."),
            Contradiction.of(
                    List.of(CorpusKeys.JOIN, CorpusKeys.TEXT_FIELDS),
                    values -> values.get(CorpusKeys.JOIN) == CorpusJoin.PLAIN
                            && values.get(CorpusKeys.TEXT_FIELDS).size() > 1,
                    "several fields have to be joined in one way or the other. Take PROBLEM_AND_SOLUTION, or"
                            + " SOLUTION_TARGETS_ONLY to predict tokens of the last field alone."),
            Contradiction.of(
                    List.of(CorpusKeys.JOIN, CorpusKeys.TEXT_FIELDS),
                    values -> values.get(CorpusKeys.JOIN) != CorpusJoin.PLAIN
                            && values.get(CorpusKeys.TEXT_FIELDS).size() == 1,
                    "one field cannot be joined. Name the field of the problem and that of the solution, in this order,"
                            + " or take PLAIN."),
            Contradiction.of(
                    List.of(ScoringKeys.WINDOW_OVERLAP, ScoringKeys.WINDOW_TOKENS),
                    values -> values.get(ScoringKeys.WINDOW_OVERLAP) >= values.get(ScoringKeys.WINDOW_TOKENS),
                    "a window has to be longer than what it repeats. Lower the overlap."),
            Contradiction.of(
                    List.of(SelectionKeys.RULE, SelectionKeys.PASS_RATES),
                    values -> values.get(SelectionKeys.RULE) == SelectionKeys.Rule.PASS_RATE_BAND
                            && lacks(values, SelectionKeys.PASS_RATES),
                    "a band of pass rates needs rates that were observed. Name the file that a run saved."),
            Contradiction.of(
                    List.of(SelectionKeys.LOWEST_PASS_RATE, SelectionKeys.HIGHEST_PASS_RATE),
                    values -> values.get(SelectionKeys.LOWEST_PASS_RATE) > values.get(SelectionKeys.HIGHEST_PASS_RATE),
                    "the band is empty. Exchange the two."),
            Contradiction.whenRefused(List.of(PromptKeys.INSTRUCTION), Contradictions::instruction),
            new Contradiction(List.of(RewardKeys.NAME), Contradictions::reward),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, ControlKeys.COMPUTE_OF, ControlKeys.FLOPS),
                    values ->
                            TrainingKeys.isControl(values) && lacks(values, ControlKeys.COMPUTE_OF, ControlKeys.FLOPS),
                    "a control is held to a budget. Name the directory of the run to compare it with, or give FLOPs."),
            Contradiction.of(
                    List.of(ControlKeys.COMPUTE_OF, ControlKeys.FLOPS),
                    values -> !lacks(values, ControlKeys.COMPUTE_OF) && !lacks(values, ControlKeys.FLOPS),
                    "there are two budgets. Give one of the two."),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, CorpusKeys.FILES),
                    values -> TrainingKeys.isControl(values) && lacks(values, CorpusKeys.FILES),
                    "a control learns whole documents, which a dataset does not hold. Name the files, too."),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, TrainingKeys.START_STEP),
                    values -> TrainingKeys.isControl(values) && values.get(TrainingKeys.START_STEP) > 0,
                    "a control spends its budget from its first step on. Leave training.start-step out."),
            Contradiction.of(
                    List.of(TrainingKeys.START_STEP, TrainingKeys.STEPS),
                    values -> values.get(TrainingKeys.START_STEP) > values.get(TrainingKeys.STEPS),
                    "the run would end before it begins. training.steps counts from 0, not from the start step."),
            Contradiction.of(
                    List.of(TrainingKeys.UPDATES_PER_BATCH, ObjectiveKeys.BASELINE),
                    onPolicyOnly().and(values -> values.get(TrainingKeys.UPDATES_PER_BATCH) > 1),
                    ON_POLICY + "1 update per batch."),
            Contradiction.of(
                    List.of(DynamicSamplingKeys.MAX_STALENESS, ObjectiveKeys.BASELINE),
                    onPolicyOnly()
                            .and(values -> DynamicSamplingKeys.sampling(values).maxStaleness() > 0),
                    ON_POLICY + "a staleness of 0."),
            Contradiction.whenRefused(
                    List.of(ObjectiveKeys.BASELINE, ObjectiveKeys.DEVIATION),
                    values -> ObjectiveKeys.advantage(values).advantage()),
            Contradiction.of(
                    List.of(ObjectiveKeys.BASELINE, ObjectiveKeys.NORMALISATION),
                    values -> values.get(ObjectiveKeys.BASELINE) == Baseline.NONE
                            && values.get(ObjectiveKeys.NORMALISATION) == BatchNormalisation.NONE,
                    "nothing is taken off the reward: every sampled token would be made more likely. Take a"
                            + " baseline, or WHITENED."),
            Contradiction.of(
                    List.of(ObjectiveKeys.RATIO, ObjectiveKeys.AGGREGATION),
                    values -> values.get(ObjectiveKeys.RATIO) == ImportanceRatio.SEQUENCE
                            && values.get(ObjectiveKeys.AGGREGATION) != Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                    "the tokens of a completion have one loss, which cannot be averaged over tokens. Take"
                            + " SEQUENCE_MEAN_TOKEN_MEAN, or the ratio TOKEN."),
            Contradiction.of(
                    List.of(TruncationKeys.PENALTY_TOKENS, SamplingKeys.MAX_TOKENS),
                    values -> values.get(TruncationKeys.PENALTY_TOKENS) > values.get(SamplingKeys.MAX_TOKENS),
                    "the penalty covers more tokens than a completion may have. Lower it."),
            Contradiction.of(
                    List.of(EvaluationKeys.SAMPLES, EvaluationKeys.TEMPERATURE),
                    values -> values.get(EvaluationKeys.SAMPLES) > 1 && values.get(EvaluationKeys.TEMPERATURE) == 0,
                    "several greedy samples are all the same. Take one, or raise the temperature."),
            Contradiction.of(
                    List.of(EvaluationKeys.PASS_AT, EvaluationKeys.SAMPLES),
                    values -> values.get(EvaluationKeys.PASS_AT).stream()
                            .anyMatch(k -> k > values.get(EvaluationKeys.SAMPLES)),
                    "pass@k needs at least k samples of every task. Raise the samples."),
            Contradiction.of(
                    List.of(EvaluationKeys.EVERY_STEPS, EvaluationKeys.TASKS, CorpusKeys.HELD_OUT_SHARE),
                    values -> ValidationKeys.evaluates(values) && !hasHeldOutTasks(values),
                    "there is nothing to evaluate during training. Hold documents out and ask for tasks."),
            Contradiction.of(
                    List.of(RunKeys.SAVE_EVERY, RunKeys.DIRECTORY),
                    values -> values.get(RunKeys.SAVE_EVERY) > 0 && lacks(values, RunKeys.DIRECTORY),
                    NOWHERE),
            Contradiction.of(
                    List.of(ValidationKeys.KEEP_BEST, RunKeys.DIRECTORY),
                    values -> values.get(ValidationKeys.KEEP_BEST) && lacks(values, RunKeys.DIRECTORY),
                    NOWHERE),
            Contradiction.of(
                    List.of(RunKeys.RESUME, RunKeys.DIRECTORY),
                    values -> values.get(RunKeys.RESUME) && lacks(values, RunKeys.DIRECTORY),
                    "there is no run to go on with. Name its directory."),
            Contradiction.of(
                    List.of(RunKeys.DIRECTORY, RunKeys.SAVE),
                    values -> isWithin(values, RunKeys.DIRECTORY, RunKeys.SAVE),
                    "a checkpoint replaces its directory with all that is in it, the run too. Name another one."),
            Contradiction.of(
                    List.of(CorpusKeys.DATASET, RunKeys.SAVE),
                    values -> isWithin(values, CorpusKeys.DATASET, RunKeys.SAVE),
                    "a checkpoint replaces its directory with all that is in it, the dataset too. Name another one."),
            Contradiction.of(
                    List.of(CorpusKeys.DATASET, RunKeys.DIRECTORY),
                    values -> isWithin(values, CorpusKeys.DATASET, RunKeys.DIRECTORY),
                    "the directory of a run is empty when the run begins, and a dataset serves many runs. Put it"
                            + " elsewhere."));

    private Contradictions() {}

    /** All of them. */
    public static List<Contradiction> all() {
        return ALL;
    }

    /** Whether an evaluation would have tasks. */
    public static boolean hasHeldOutTasks(Values values) {
        return values.get(EvaluationKeys.TASKS) > 0 && values.get(CorpusKeys.HELD_OUT_SHARE) > 0;
    }

    private static Predicate<Values> onPolicyOnly() {
        return values -> Advantage.of(values.get(ObjectiveKeys.BASELINE), null).onPolicyOnly();
    }

    private static boolean lacks(Values values, Key<?>... keys) {
        return List.of(keys).stream().noneMatch(key -> values.find(key).isPresent());
    }

    private static boolean isWithin(Values values, Key<Path> inner, Key<Path> outer) {
        Optional<Path> folder = values.find(outer).map(Contradictions::whole);
        return folder.isPresent()
                && values.find(inner)
                        .map(path -> whole(path).startsWith(folder.get()))
                        .orElse(false);
    }

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static Object instruction(Values values) {
        try {
            return PromptKeys.instruction(values);
        } catch (CorpusException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Optional<String> reward(Values values) {
        List<String> names = RewardVerifiers.discover().names();
        return names.contains(values.get(RewardKeys.NAME))
                ? Optional.empty()
                : Optional.of("there is no such reward. Available: "
                        + String.join(", ", names)
                        + ". Correct the name, or add its jar to the class path.");
    }
}

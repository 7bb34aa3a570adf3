package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.TaskKindException;
import org.rpt4j.core.objective.Baseline;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.spi.RewardVerifiers;
import org.rpt4j.spi.TaskKinds;

/**
 * All rules on combinations of keys: those across options types are declared here, those within one options type by
 * that type.
 *
 * @since 0.1.0
 */
public final class Contradictions {

    private static final String NOWHERE = "there is nowhere to save checkpoints. Set run.directory.";

    private static final List<Contradiction> ALL = List.of(
            Contradiction.of(
                    List.of(CorpusKeys.FILES, CorpusKeys.DATASET),
                    values -> TaskKeys.areScored(values)
                            && lacks(values, CorpusKeys.FILES, CorpusKeys.DATASET)
                            && (TrainingKeys.samples(values) || TrainingKeys.isBaseline(values)),
                    "there is nothing to make tasks from. Set one of the two."),
            Contradiction.of(
                    List.of(TaskKeys.KIND, CorpusKeys.FILES),
                    values -> !TaskKeys.areAnswers(values)
                            && !TaskKeys.areScored(values)
                            && lacks(values, CorpusKeys.FILES)
                            && (TrainingKeys.samples(values) || TrainingKeys.isBaseline(values)),
                    "tasks of this kind are made of whole documents. Name the files of a corpus."),
            new Contradiction(List.of(TaskKeys.KIND), Contradictions::kind),
            new Contradiction(
                    List.of(PromptKeys.INSTRUCTION, TaskKeys.KIND), values -> after(values, PromptKeys.INSTRUCTION)),
            new Contradiction(
                    List.of(TraceKeys.INSTRUCTION, TaskKeys.KIND),
                    values -> TraceKeys.areSampled(values) ? after(values, TraceKeys.INSTRUCTION) : Optional.empty()),
            Contradiction.of(
                    List.of(TaskKeys.KIND, AnswerKeys.PATHS),
                    values -> TaskKeys.areAnswers(values)
                            && lacks(values, AnswerKeys.PATHS)
                            && TrainingKeys.samples(values),
                    "there are no questions. Name their files."),
            Contradiction.of(
                    List.of(TaskKeys.KIND, TrainingKeys.METHOD),
                    values -> TaskKeys.areAnswers(values) && TrainingKeys.isBaseline(values),
                    "a baseline learns the text of a corpus. Use tasks of text, or another method."),
            Contradiction.of(
                    List.of(TaskKeys.KIND, ObjectiveKeys.CORPUS_WEIGHT),
                    values -> !TaskKeys.continueText(values) && values.get(ObjectiveKeys.CORPUS_WEIGHT) > 0,
                    "the answer to such a task is no text to learn token by token. Set objective.corpus-weight to 0, or"
                            + " use a kind of tasks that continues a text."),
            Contradiction.of(
                    List.of(BackendKeys.LAYERWISE_UPDATES, ObjectiveKeys.CORPUS_WEIGHT),
                    values -> values.get(BackendKeys.LAYERWISE_UPDATES)
                            && TrainingKeys.isReinforced(values)
                            && values.get(ObjectiveKeys.CORPUS_WEIGHT) > 0,
                    "the text of the corpus is a pass of its own, and updates layer by layer need steps of a single"
                            + " pass. Set objective.corpus-weight to 0, or remove backend.layerwise-updates."),
            Contradiction.of(
                    List.of(BackendKeys.ROLLOUT_PRECISION, ObjectiveKeys.IMPORTANCE_CAP),
                    values -> TrainingKeys.isReinforced(values)
                            && values.get(BackendKeys.ROLLOUT_PRECISION) == RolloutPrecision.INT8
                            && values.get(ObjectiveKeys.IMPORTANCE_CAP) == 0,
                    "the rollouts come from rounded weights, and the objective does not correct for it. Set"
                            + " objective.importance-cap above 0, such as 2."),
            Contradiction.of(
                    List.of(BackendKeys.ROLLOUT_PRECISION, BackendKeys.FROZEN_WEIGHTS),
                    values -> TrainingKeys.isReinforced(values)
                            && values.get(BackendKeys.ROLLOUT_PRECISION) == RolloutPrecision.INT8
                            && LoraKeys.isAdapted(values)
                            && values.get(BackendKeys.FROZEN_WEIGHTS) == FrozenWeights.INT8,
                    "the weights under the adapter are rounded already, and rollouts come from what is trained. Remove"
                            + " one of the two."),
            Contradiction.of(
                    List.of(ObjectiveKeys.REWARD_WEIGHT, ModelKeys.REFERENCE),
                    values -> TrainingKeys.isReinforced(values)
                            && values.get(ObjectiveKeys.REWARD_WEIGHT) == 0
                            && values.get(ObjectiveKeys.KL_WEIGHT) > 0
                            && values.find(ModelKeys.REFERENCE).equals(values.find(ModelKeys.DIRECTORY)),
                    "the teacher is the model itself, from which nothing can be learned. Name the directory of another"
                            + " model with the same tokenizer."),
            Contradiction.of(
                    List.of(ObjectiveKeys.KL_RESET_STEPS, RunKeys.DIRECTORY),
                    values -> ObjectiveKeys.renewReference(values) && lacks(values, RunKeys.DIRECTORY),
                    "there is nowhere to keep the references of the run. Set run.directory."),
            Contradiction.of(
                    List.of(ObjectiveKeys.KL_RESET_STEPS, ModelKeys.REFERENCE),
                    values -> ObjectiveKeys.renewReference(values)
                            && !values.find(ModelKeys.REFERENCE).equals(values.find(ModelKeys.DIRECTORY)),
                    "the model would be forgotten at the first reset. Remove model.reference, or set"
                            + " objective.kl-reset-steps to 0."),
            Contradiction.of(
                    List.of(ObjectiveKeys.KL_RESET_STEPS, LoraKeys.RANK, ModelKeys.ADAPTER),
                    values -> ObjectiveKeys.renewReference(values) && LoraKeys.isAdapted(values),
                    "the reference is the model under the adapter, which never changes. Set objective.kl-reset-steps"
                            + " to 0, or train all weights."),
            Contradiction.of(
                    List.of(ModelKeys.ADAPTER, LoraKeys.RANK),
                    values -> !lacks(values, ModelKeys.ADAPTER) && !lacks(values, LoraKeys.RANK),
                    "an adapter that is read has its own rank. Remove lora.rank to train it further, or model.adapter"
                            + " to begin with a new one."),
            Contradiction.of(
                    List.of(BackendKeys.LAYERWISE_UPDATES, LoraKeys.RANK, ModelKeys.ADAPTER),
                    values -> values.get(BackendKeys.LAYERWISE_UPDATES) && LoraKeys.isAdapted(values),
                    "the gradient of an adapter is small, and there is none of the model. Remove"
                            + " backend.layerwise-updates, or train all weights."),
            Contradiction.of(
                    List.of(BackendKeys.LAYERWISE_UPDATES, TrainingKeys.GRADIENT_SHARDS),
                    values -> values.get(BackendKeys.LAYERWISE_UPDATES) && values.get(TrainingKeys.GRADIENT_SHARDS) > 1,
                    "updates layer by layer never have the whole gradient, so that shards cannot be added. Set"
                            + " training.gradient-shards to 1, or remove backend.layerwise-updates."),
            Contradiction.of(
                    List.of(
                            BackendKeys.LAYERWISE_UPDATES,
                            TrainingKeys.TOKENS_PER_STEP,
                            TrainingKeys.MICRO_BATCH_TOKENS),
                    values -> values.get(BackendKeys.LAYERWISE_UPDATES)
                            && !TrainingKeys.isReinforced(values)
                            && values.get(TrainingKeys.TOKENS_PER_STEP) > values.get(TrainingKeys.MICRO_BATCH_TOKENS),
                    "updates layer by layer need steps of a single pass. Raise training.micro-batch-tokens, lower"
                            + " training.tokens-per-step, or remove backend.layerwise-updates."),
            Contradiction.of(
                    List.of(LoraKeys.TARGETS),
                    values -> !LoraOptions.allTargets().containsAll(values.get(LoraKeys.TARGETS)),
                    "no other modules can have an adapter than " + String.join(", ", LoraOptions.allTargets()) + "."),
            Contradiction.of(
                    List.of(CorpusKeys.JOIN, CorpusKeys.TEXT_FIELDS),
                    values -> values.get(CorpusKeys.JOIN) == CorpusJoin.PLAIN
                            && values.get(CorpusKeys.TEXT_FIELDS).size() > 1,
                    "several fields need a join. Use PROBLEM_AND_SOLUTION, or SOLUTION_TARGETS_ONLY to predict"
                            + " only tokens of the last field."),
            Contradiction.of(
                    List.of(CorpusKeys.JOIN, CorpusKeys.TEXT_FIELDS),
                    values -> values.get(CorpusKeys.JOIN) != CorpusJoin.PLAIN
                            && values.get(CorpusKeys.TEXT_FIELDS).size() == 1,
                    "a single field cannot be joined. Name the problem field and the solution field, in this"
                            + " order, or use PLAIN."),
            Contradiction.of(
                    List.of(SelectionKeys.RULE, SelectionKeys.PASS_RATES),
                    values -> values.get(SelectionKeys.RULE) == SelectionKeys.Rule.PASS_RATE_BAND
                            && lacks(values, SelectionKeys.PASS_RATES),
                    "a band of pass rates needs rates that were observed. Name the file of pass rates that a run"
                            + " saved."),
            new Contradiction(List.of(PromptKeys.INSTRUCTION), values -> instruction(values, PromptKeys.INSTRUCTION)),
            new Contradiction(
                    List.of(TraceKeys.INSTRUCTION),
                    values -> TraceKeys.areSampled(values)
                            ? instruction(values, TraceKeys.INSTRUCTION)
                            : Optional.empty()),
            Contradiction.of(
                    List.of(PromptKeys.TEMPLATE_VARIABLES),
                    values -> values.get(PromptKeys.TEMPLATE_VARIABLES).stream()
                                    .map(Texts::name)
                                    .distinct()
                                    .count()
                            < values.get(PromptKeys.TEMPLATE_VARIABLES).size(),
                    "a variable has two values. Keep one of them."),
            Contradiction.of(
                    List.of(PromptKeys.TEMPLATE_VARIABLES),
                    values -> values.get(PromptKeys.TEMPLATE_VARIABLES).stream()
                            .map(Texts::name)
                            .anyMatch("messages"::equals),
                    "the messages are the prompt itself. Use prompt.instruction to change what the model is asked."),
            new Contradiction(List.of(PromptKeys.THOUGHT_START, PromptKeys.THOUGHT_END), Contradictions::markers),
            new Contradiction(List.of(RewardKeys.NAME), Contradictions::reward),
            Contradiction.of(
                    List.of(RewardKeys.NAME, PromptKeys.THOUGHT),
                    values -> values.get(PromptKeys.THOUGHT) != ThoughtRule.MARKED
                            && RewardKeys.judgesThoughtAlone(values),
                    "the reward judges the thought alone, and only a marker tells where that ends. Use MARKED, or a"
                            + " reward that judges the box, such as prefix-match."),
            Contradiction.of(
                    List.of(RewardKeys.NAME, TrainingKeys.METHOD, TraceKeys.FROM),
                    values -> !TrainingKeys.isReinforced(values)
                            && TrainingKeys.samples(values)
                            && RewardKeys.judgesThoughtAlone(values),
                    "rollouts that are imitated need a prediction in a box, and the reward judges the thought alone,"
                            + " so that none is sampled. Use a reward that judges the box, such as prefix-match."),
            Contradiction.of(
                    List.of(RewardKeys.NAME, RewardKeys.OPTIONS),
                    values -> LikelihoodKeys.areAsked(values)
                            && !values.get(RewardKeys.OPTIONS).isEmpty(),
                    "this reward has keys of its own. Set likelihood.* instead."),
            Contradiction.of(
                    List.of(RewardKeys.NAME, ObjectiveKeys.BASELINE),
                    values -> TrainingKeys.isReinforced(values)
                            && values.get(ObjectiveKeys.BEST_OF) == 0
                            && values.get(ObjectiveKeys.BASELINE) == Baseline.RELATIVE_MEAN
                            && LikelihoodKeys.mayBeNegative(values),
                    "log-probabilities are below 0, and the advantage divides by the mean reward, which must be above 0."
                            + " Use likelihood.kind PROBABILITY or AVERAGE_PROBABILITY, or another baseline."),
            Contradiction.of(
                    List.of(RewardKeys.NAME, TaskKeys.KIND),
                    values -> LikelihoodKeys.compareWithBareContext(values) && !TaskKeys.continueText(values),
                    "the reward compares with the bare context, which does not ask for what these tasks ask for. Use the"
                            + " reward likelihood without likelihood.debias and likelihood.gain-steps."),
            Contradiction.of(
                    List.of(RewardKeys.OPTIONS),
                    values -> RewardKeys.options(values).size()
                            < values.get(RewardKeys.OPTIONS).size(),
                    "an option has two values. Keep one of them."),
            new Contradiction(List.of(RewardKeys.NAME, RewardKeys.OPTIONS), Contradictions::rewardOptions),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, TraceKeys.FROM, TraceKeys.PATHS),
                    values -> TrainingKeys.isColdStart(values)
                            && !TraceKeys.areSampled(values)
                            && lacks(values, TraceKeys.PATHS),
                    "there are no thoughts to learn. Name their files, or let the model or a teacher think of some."),
            Contradiction.of(
                    List.of(TraceKeys.FROM, TraceKeys.TEACHER),
                    values -> TraceKeys.areSampled(values)
                            && values.get(TraceKeys.FROM) == TraceKeys.Source.TEACHER
                            && lacks(values, TraceKeys.TEACHER),
                    "there is no teacher to ask. Name the directory of its model."),
            Contradiction.of(
                    List.of(TraceKeys.FROM, RunKeys.DIRECTORY),
                    values -> TraceKeys.areSampled(values) && lacks(values, RunKeys.DIRECTORY),
                    "sampled thoughts have no place to be kept. Set run.directory."),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, BaselineKeys.COMPUTE_OF, BaselineKeys.FLOPS),
                    values -> TrainingKeys.isBaseline(values)
                            && lacks(values, BaselineKeys.COMPUTE_OF, BaselineKeys.FLOPS),
                    "a baseline needs a budget. Name the directory of the run to compare with, or set"
                            + " baseline.flops."),
            Contradiction.of(
                    List.of(BaselineKeys.COMPUTE_OF, BaselineKeys.FLOPS),
                    values -> !lacks(values, BaselineKeys.COMPUTE_OF) && !lacks(values, BaselineKeys.FLOPS),
                    "there are two budgets. Set only one of the two."),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, CorpusKeys.FILES),
                    values -> TrainingKeys.isBaseline(values) && lacks(values, CorpusKeys.FILES),
                    "a baseline learns whole documents, which a dataset does not hold. Set corpus.files too."),
            Contradiction.of(
                    List.of(TrainingKeys.METHOD, TrainingKeys.START_STEP),
                    values -> TrainingKeys.isBaseline(values) && values.get(TrainingKeys.START_STEP) > 0,
                    "the budget of a baseline starts at its first step. Remove training.start-step."),
            Contradiction.of(
                    List.of(CorpusKeys.HELD_OUT_SHARE, TrainingKeys.METHOD),
                    values -> values.get(CorpusKeys.HELD_OUT_SHARE) == 1,
                    "every document is held out, and none is left to train on. Choose a share below 1."),
            Contradiction.of(
                    List.of(EvaluationKeys.EVERY_STEPS, EvaluationKeys.TASKS, CorpusKeys.HELD_OUT_SHARE),
                    values -> ValidationKeys.evaluates(values) && !hasHeldOutTasks(values),
                    "there is nothing to evaluate during training. Hold out documents and set a number of"
                            + " evaluation tasks."),
            Contradiction.of(
                    List.of(TaskKeys.KIND, ValidationKeys.METRIC),
                    values -> !TaskKeys.continueText(values)
                            && ValidationKeys.evaluates(values)
                            && values.get(ValidationKeys.METRIC) == ValidationKeys.Metric.STANDARD_ACCURACY,
                    "a task of this kind has no next token to predict without a thought. Use REASONING_ACCURACY."),
            Contradiction.of(
                    List.of(TaskKeys.KIND, ValidationKeys.SPLIT),
                    values -> !TaskKeys.areScored(values)
                            && ValidationKeys.evaluates(values)
                            && values.get(ValidationKeys.SPLIT) != ValidationKeys.Split.ALL,
                    "a task of this kind has no entropy, so none is of this difficulty. Use ALL."),
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
                    "there is no run to resume. Set run.directory."),
            Contradiction.of(
                    List.of(RunKeys.DIRECTORY, RunKeys.SAVE),
                    values -> isWithin(values, RunKeys.DIRECTORY, RunKeys.SAVE),
                    "saving the checkpoint would replace its directory with everything in it, including the run."
                            + " Choose a different directory."),
            Contradiction.of(
                    List.of(CorpusKeys.DATASET, RunKeys.SAVE),
                    values -> isWithin(values, CorpusKeys.DATASET, RunKeys.SAVE),
                    "saving the checkpoint would replace its directory with everything in it, including the"
                            + " dataset. Choose a different directory."),
            Contradiction.of(
                    List.of(CorpusKeys.DATASET, RunKeys.DIRECTORY),
                    values -> isWithin(values, CorpusKeys.DATASET, RunKeys.DIRECTORY),
                    "a run directory must be empty when the run starts, but a dataset serves many runs. Put the"
                            + " dataset elsewhere."));

    private Contradictions() {}

    /** The rules declared here. */
    public static List<Contradiction> all() {
        return ALL;
    }

    /** Returns every reason to reject the values. */
    public static List<Refusal> refusals(Values values) {
        return Stream.concat(
                        ALL.stream().flatMap(rule -> rule.refusal(values).stream()),
                        OptionChecks.refusals(values).stream())
                .toList();
    }

    /** Returns whether an evaluation would have tasks. */
    public static boolean hasHeldOutTasks(Values values) {
        return values.get(EvaluationKeys.TASKS) > 0
                && values.get(CorpusKeys.HELD_OUT_SHARE) > 0
                && (TaskKeys.areAnswers(values)
                        ? !lacks(values, AnswerKeys.PATHS)
                        : !lacks(values, CorpusKeys.FILES)
                                || TaskKeys.areScored(values) && !lacks(values, CorpusKeys.DATASET));
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

    private static Optional<String> instruction(Values values, Key<String> key) {
        try {
            PromptKeys.instruction(values, key);
            return Optional.empty();
        } catch (IllegalArgumentException | CorpusException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> kind(Values values) {
        String name = values.get(TaskKeys.KIND);
        TaskKinds kinds = TaskKinds.discover();
        if (name.equals(TaskKeys.ANSWERS)) {
            return Optional.empty();
        }
        try {
            kinds.requireKnown(name, TaskKeys.options(values));
            TaskKeys.candidates(values);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("the kind of tasks refuses an option: " + e.getMessage());
        } catch (TaskKindException e) {
            return Optional.of(
                    kinds.names().contains(name)
                            ? String.valueOf(e.getMessage())
                            : "no kind of tasks has this name. Available: " + TaskKeys.ANSWERS + ", "
                                    + String.join(", ", kinds.names())
                                    + ". Correct the name, or add its jar to the class"
                                    + " path.");
        }
    }

    /** Returns why an instruction does not fit what tasks show after their gap. */
    private static Optional<String> after(Values values, Key<String> key) {
        boolean shown;
        try {
            shown = PromptKeys.instruction(values, key).showsAfter();
        } catch (IllegalArgumentException | CorpusException e) {
            return Optional.empty(); // another rule tells
        }
        if (shown == TaskKeys.showAfter(values)) {
            return Optional.empty();
        }
        return Optional.of(
                shown
                        ? "the instruction has {after}, and tasks of this kind show nothing after their gap. Remove it"
                                + " from the instruction, or use another kind."
                        : "tasks of this kind show text after their gap, or choices, and the instruction has no place"
                                + " for them. Write {after} behind {context}, or leave the key out to use the kind's"
                                + " own.");
    }

    private static Optional<String> markers(Values values) {
        try {
            PromptKeys.markers(values);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** An unknown reward is refused by a rule of its own. */
    private static Optional<String> rewardOptions(Values values) {
        RewardVerifiers rewards = RewardVerifiers.discover();
        String name = values.get(RewardKeys.NAME);
        if (rewards.names().contains(name)) {
            try {
                rewards.checkOptions(name, RewardKeys.options(values));
            } catch (IllegalArgumentException e) {
                return Optional.of(e.getMessage() + ".");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> reward(Values values) {
        List<String> names = RewardVerifiers.discover().names();
        return names.contains(values.get(RewardKeys.NAME))
                ? Optional.empty()
                : Optional.of("no reward has this name. Available: "
                        + String.join(", ", names)
                        + ". Correct the name, or add its jar to the class path.");
    }
}

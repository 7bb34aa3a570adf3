package org.rpt4j.run.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.HealthKeys;
import org.rpt4j.run.config.section.LikelihoodKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.ScoringKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.config.section.TraceKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.TruncationKeys;
import org.rpt4j.run.config.section.ValidationKeys;

/**
 * For every key: a value other than its default, the other values it needs, an invalid text, and the expected error.
 * {@link KeyTest} fails if a key is missing here.
 */
record KeyExamples(String valid, String invalid, String message, List<String> needs) {

    private static final Map<Key<?>, KeyExamples> ALL = new HashMap<>();

    static {
        path(ModelKeys.DIRECTORY, ModelKeys.PROXY, ModelKeys.REFERENCE, ModelKeys.OPTIMIZER_STATE, CorpusKeys.DATASET);
        path(CorpusKeys.ROOT);
        path(SelectionKeys.PASS_RATES, DynamicSamplingKeys.PASS_RATES, RunKeys.DIRECTORY, RunKeys.SAVE);

        path(ModelKeys.ADAPTER);
        add(LoraKeys.RANK, "8", "0", "at least 1");
        add(LoraKeys.ALPHA, "16", "0", "above 0", "lora.rank=8");
        flag(LoraKeys.RANK_STABILISED, "true");
        add(LoraKeys.TARGETS, "q_proj, v_proj", " ", "is empty", "lora.rank=8");
        add(BackendKeys.FROZEN_WEIGHTS, "INT8", "INT4", "not one of PRECISION, INT8", "lora.rank=8");

        add(BackendKeys.NAME, "reference", " ", "is blank");
        add(BackendKeys.DEVICE, "cuda:1", "gpu", "cpu, cuda or cuda:N");
        add(BackendKeys.PRECISION, "BF16", "BF1", "Did you mean BF16?");
        add(BackendKeys.MOMENTS, "BF16", "FP8", "not one of FP32, BF16");
        add(BackendKeys.THREADS, "2", "-1", "at least 0");
        flag(BackendKeys.RECOMPUTE_ACTIVATIONS, "true");
        flag(BackendKeys.LAYERWISE_UPDATES, "true");
        add(BackendKeys.ROLLOUT_PRECISION, "INT8", "INT4", "not one of EXACT, INT8", "objective.importance-cap=2");
        positive(BackendKeys.MAX_SEQUENCES);

        add(CorpusKeys.FILES, "a.jsonl, b\\,c.txt", "data/{train,test}.jsonl", "inside braces write \\,");
        add(CorpusKeys.FORMAT, "json-lines", "JSON", "not one of BY_NAME, TEXT, JSON_LINES, PARQUET");
        flag(CorpusKeys.UNIFY_LINE_ENDS, "true");
        add(CorpusKeys.MAX_WINDOW_LOG, "31", "32", "at least 10, at most 31");
        add(CorpusKeys.TEXT_FIELDS, "story", "story,", "is empty");
        add(
                CorpusKeys.JOIN,
                "problem-and-solution",
                "SOLUTION_TARGET_ONLY",
                "Did you mean SOLUTION_TARGETS_ONLY?",
                "corpus.text-fields=problem, solution");
        add(CorpusKeys.FIELD_SEPARATOR, " | ", "", "is empty");
        add(CorpusKeys.SPLITTING, "BLANK_LINES", "LINES", "not one of SEPARATOR_LINE, BLANK_LINES, WHOLE_FILE");
        add(CorpusKeys.SEPARATOR, "---", "  ", "is blank");
        add(CorpusKeys.MIN_CHARACTERS, "100", "12:30", "not a whole number");
        positive(CorpusKeys.MAX_DOCUMENT_BYTES);
        add(CorpusKeys.MAX_DOCUMENTS, "100", "2147483648", "the largest is 2147483647");
        add(CorpusKeys.TOKENIZER_THREADS, "2", "257", "at least 1, at most 256");
        add(CorpusKeys.TOLERATED_BAD_LINES, "3", "010", "leading zero");
        add(CorpusKeys.HELD_OUT_SHARE, "0.5", "1.5", "at least 0, at most 1");
        seed(CorpusKeys.SPLIT_SEED);

        add(TaskKeys.KIND, "answers", " ", "is blank", "answers.paths=q.jsonl", "reward.name=coin");
        add(TaskKeys.LOCALE, "pt-BR", "no language", "is not a language tag", "tasks.kind=next-segment");
        add(TaskKeys.AFTER, "100", "0", "at least 1", "tasks.kind=masked-span");
        add(TaskKeys.CHOICES, "9", "1", "at least 2, at most 26", "tasks.kind=multiple-choice");
        add(TaskKeys.SPAN_WORDS, "2", "0", "at least 1, at most 64", "tasks.kind=masked-span");
        add(TaskKeys.KIND_OPTIONS, "words=3", "words", "is not a name and a value", "tasks.kind=own");
        add(AnswerKeys.PATHS, "q.jsonl, r.csv", "data/{train,test}.jsonl", "inside braces write \\,");
        add(AnswerKeys.FORMAT, "CSV", "XML", "not one of");
        add(AnswerKeys.COLUMNS, "question, answer", " , ", "is empty");
        add(AnswerKeys.QUESTION_FIELD, "problem", " ", "is blank");
        add(AnswerKeys.ANSWER_FIELD, "solution", " ", "is blank");
        add(AnswerKeys.CHOICES_FIELDS, "options", " , ", "is empty");
        add(AnswerKeys.ID_FIELD, "key", " ", "is blank");
        add(AnswerKeys.ANSWER_PART, "BOX", "LAST", "not one of WHOLE, BOX, PATTERN");
        add(AnswerKeys.ANSWER_PATTERN, "#### (.+)", "(", "is not a regular expression", "answers.answer-part=PATTERN");
        add(AnswerKeys.MAX_UNREADABLE, "1", "1.5", "at most 1");
        add(AnswerKeys.CHOICE_ANSWER, "TEXT", "LETTER", "not one of LABEL, TEXT");

        String likelihood = "reward.name=likelihood";
        add(LikelihoodKeys.KIND, "PROBABILITY", "PROB", "not one of LOG_PROB, AVERAGE_LOG_PROB", likelihood);
        add(LikelihoodKeys.TOKENS, "4", "-1", "at least 0", likelihood);
        add(LikelihoodKeys.DEBIAS, "true", "yes", "neither true nor false", likelihood);
        add(
                LikelihoodKeys.GAIN_STEPS,
                "0.05, 1, 2",
                "1, 2, few",
                "is not a number",
                likelihood,
                "likelihood.kind=AVERAGE_LOG_PROB");
        add(LikelihoodKeys.UNFINISHED, "LOWEST", "LOW", "not one of CLOSE, LOWEST", likelihood);
        add(LikelihoodKeys.LEAD_IN, "Answer: ", "x".repeat(201), "has 201 characters", likelihood);

        positive(ScoringKeys.TOP_K);
        add(ScoringKeys.KIND, "PLAIN", "normalised", "Did you mean RENORMALISED?");
        add(ScoringKeys.WINDOW_TOKENS, "512", "1", "at least 2");
        add(ScoringKeys.WINDOW_OVERLAP, "17", "-1", "at least 0");

        add(SelectionKeys.RULE, "top-fraction", "entropy", "MIN_ENTROPY, TOP_FRACTION, UNIFORM, PASS_RATE_BAND");
        add(SelectionKeys.MIN_ENTROPY, "1.5", "NaN", "is not a number, at least 0");
        add(SelectionKeys.SHARE, "1", "0", "above 0, at most 1");
        add(SelectionKeys.LOWEST_PASS_RATE, "0.2", "1.01", "at least 0, at most 1");
        add(SelectionKeys.HIGHEST_PASS_RATE, ".8", "-0.1", "at least 0, at most 1");
        positive(SelectionKeys.MIN_CONTEXT);
        positive(SelectionKeys.POSITIONS_PER_DOCUMENT);
        positive(PromptKeys.MAX_CONTEXT);
        positive(SelectionKeys.CONTINUATION);
        seed(SelectionKeys.SEED);

        add(PromptKeys.INSTRUCTION, "complete", " ", "is blank");
        add(PromptKeys.TEMPLATE_VARIABLES, "enable_thinking=false, effort='2'", "thinking", "not a name and a value");
        add(PromptKeys.THOUGHT, "UNMARKED", "MARKD", "Did you mean MARKED?");
        add(PromptKeys.THOUGHT_START, "<t>", " ", "is blank", "prompt.thought-end=</t>");
        add(PromptKeys.THOUGHT_END, "</t>", " ", "is blank", "prompt.thought-start=<t>");
        add(PromptKeys.DATE, "2026-03-31", "31.3.2026", "not a date");
        add(
                RewardKeys.NAME,
                "dense",
                "prefix",
                "Available: any-box, code-output, coin, conditional-dense, dense, exact-answer, first-token, information-gain, judge, likelihood, lucky, math-answer, multiple-choice, prefix-match");
        add(
                RewardKeys.OPTIONS,
                "tolerance=0.001, time-limit=5",
                "tolerance",
                "not a name and a value",
                "reward.name=math-answer");
        add(RewardKeys.MAX_ABSTAINED, "0.9", "1.5", "at most 1");
        positive(RewardKeys.DEADLINE);
        add(RewardKeys.BOX, "greedy-last-brace", "GREEDY", "BALANCED, GREEDY_LAST_BRACE");

        add(SamplingKeys.GROUP_SIZE, "4", "1", "at least 2");
        add(SamplingKeys.TEMPERATURE, "1", "0", "above 0");
        positive(SamplingKeys.MAX_TOKENS);
        seed(SamplingKeys.SEED);

        add(
                TrainingKeys.METHOD,
                "next-token",
                "NTP",
                "REINFORCEMENT, SUPERVISED, NEXT_TOKEN, MIXED_SUPERVISED",
                "baseline.flops=1e9");
        add(TrainingKeys.STEPS, "10", "1e3", "not a whole number, at least 0 (in steps)");
        add(TrainingKeys.START_STEP, "7", "-1", "at least 0");
        positive(TrainingKeys.PROMPTS_PER_STEP);
        positive(TrainingKeys.UPDATES_PER_BATCH);
        positive(TrainingKeys.MICRO_BATCH_TOKENS);
        positive(TrainingKeys.GRADIENT_SHARDS);
        add(TrainingKeys.MAX_SKIPPED_STEPS, "3", "three", "\"three\" is not a whole number");
        add(TrainingKeys.LOG_PROB_GAP_LIMIT, "1e-3", "0", "above 0");

        path(BaselineKeys.COMPUTE_OF);
        add(BaselineKeys.FLOPS, "1e15", "0", "above 0");
        positive(TrainingKeys.TOKENS_PER_STEP);
        positive(TrainingKeys.EPOCHS);
        add(TrainingKeys.PROBE_PROMPTS, "0", "-1", "at least 0");

        add(TraceKeys.FROM, "MODEL", "SELF", "not one of FILES, MODEL, TEACHER");
        add(TraceKeys.PATHS, "a.jsonl, b.jsonl", " ", "is empty");
        path(TraceKeys.TEACHER);
        add(TraceKeys.INSTRUCTION, "complete", " ", "is blank");
        add(TraceKeys.THOUGHT, "NONE", "NO", "not one of MARKED, UNMARKED, NONE");
        positive(TraceKeys.TASKS);
        positive(BaselineKeys.SEARCH_STEPS);

        flag(DynamicSamplingKeys.ENABLED, "false");
        add(DynamicSamplingKeys.START_STEP, "0", "never", "not a whole number");
        positive(DynamicSamplingKeys.BUDGET);
        add(DynamicSamplingKeys.MAX_STALENESS, "2", "-1", "at least 0");
        add(DynamicSamplingKeys.CURRICULUM, "TIME", "STEP", "not one of NONE, TIME, POLICY");
        add(DynamicSamplingKeys.FIRST_PASS_RATE, "0.7", "2", "at most 1", "dynamic-sampling.curriculum=TIME");
        add(DynamicSamplingKeys.LAST_PASS_RATE, "0.3", "-1", "at least 0", "dynamic-sampling.curriculum=TIME");
        add(DynamicSamplingKeys.BAND_WIDTH, "0.3", "0", "above 0", "dynamic-sampling.curriculum=TIME");

        add(ObjectiveKeys.PRESET, "trl", "papr", "Did you mean paper?");
        add(ObjectiveKeys.NAME, "reinforce++-baseline", "ppo", "not one of grpo, dr-grpo");
        add(ObjectiveKeys.BEST_OF, "4", "-1", "at least 0");
        add(ObjectiveKeys.BASELINE, "LEAVE_ONE_OUT", "MEEN", "Did you mean MEAN?", "objective.deviation=NONE");
        add(ObjectiveKeys.DEVIATION, "POPULATION_1E8", "1e-8", "not one of NONE, SAMPLE_1E4");
        add(ObjectiveKeys.NORMALISATION, "WHITENED", "BATCH", "not one of NONE, WHITENED");
        add(ObjectiveKeys.AGGREGATION, "TOKEN_MEAN", "TOKENS", "SEQUENCE_MEAN_TOKEN_MEAN");
        flag(ObjectiveKeys.MIXED_GROUPS_ONLY, "true");
        add(ObjectiveKeys.RATIO, "SEQUENCE", "WORD", "not one of TOKEN, SEQUENCE");
        add(ObjectiveKeys.CLIP_LOW, "infinity", "0", "above 0, or infinity");
        add(ObjectiveKeys.CLIP_HIGH, "0.28", "inf", "is not a number");
        add(ObjectiveKeys.DUAL_CLIP, "3", "1", "above 1, or infinity");
        add(ObjectiveKeys.IMPORTANCE_CAP, "2", "-2", "at least 0, or infinity");
        add(ObjectiveKeys.PROBABILITY_WEIGHT, "0.3", "1.5", "at least 0, at most 1");
        add(ObjectiveKeys.ISOLATION_THRESHOLD, "0.5", "1", "below 1");
        add(ObjectiveKeys.ENTROPY_WEIGHT, "0.01", "-1", "at least 0");
        add(ObjectiveKeys.ENTROPY_TARGET, "0.5", "0", "above 0", "objective.entropy-weight=0.01");
        add(ObjectiveKeys.KL_WEIGHT, "0.001", "infinity", "out of range");
        add(ObjectiveKeys.KL_ESTIMATE, "K1", "K4", "not one of K1, K2, K3");

        add(ObjectiveKeys.KL_FINAL_SHARE, "0.2", "1.5", "at least 0, at most 1", "objective.kl-weight=0.1");
        add(ObjectiveKeys.KL_MISSES_ONLY, "true", "on", "yes, no, on, off, 1 and 0", "objective.kl-weight=0.1");
        add(ObjectiveKeys.KL_RESET_STEPS, "250", "-1", "at least 0", "objective.kl-weight=0.1", "run.directory=out");
        add(ObjectiveKeys.KEY_TOKEN_WEIGHT, "1", "-1", "at least 0");
        add(ObjectiveKeys.REWARD_WEIGHT, "0.5", "-1", "at least 0");
        add(ObjectiveKeys.CORPUS_WEIGHT, "0.1", "-1", "at least 0");
        add(ObjectiveKeys.CORPUS_TOKENS, "16", "0", "at least 1", "objective.corpus-weight=0.1");

        flag(TruncationKeys.MASKED, "true");
        add(TruncationKeys.PENALTY_TOKENS, "64", "-1", "at least 0");
        add(TruncationKeys.PENALTY_FACTOR, "0.5", "0", "above 0");

        add(TruncationKeys.BUDGET_TOKENS, "64", "-1", "at least 0");
        add(TruncationKeys.BUDGET_LEAST_TOKENS, "8", "0", "at least 1", "truncation.budget-tokens=64");
        add(TruncationKeys.BUDGET_DECAY, "0.2", "0", "above 0", "truncation.budget-tokens=64");
        add(TruncationKeys.BUDGET_WEIGHT, "0.5", "0", "above 0", "truncation.budget-tokens=64");

        add(OptimizerKeys.NAME, "sgd", " ", "is blank");
        add(OptimizerKeys.LEARNING_RATE, "3e-4", "0", "above 0");
        add(OptimizerKeys.SCHEDULE, "cosine", "cosin", "Did you mean COSINE?");
        add(OptimizerKeys.FINAL_SHARE, "0.01", "2", "at most 1");
        add(OptimizerKeys.WARMUP_STEPS, "5", "0.1", "not a whole number");
        add(OptimizerKeys.BETA1, "0.95", "1", "below 1");
        add(OptimizerKeys.BETA2, "0.95", "1", "below 1");
        add(OptimizerKeys.EPSILON, "1e-6", "0", "above 0");
        add(OptimizerKeys.WEIGHT_DECAY, "0.1", "-0.1", "at least 0");
        add(OptimizerKeys.MAX_GRADIENT_NORM, "infinity", "none", "is not a number");

        add(EvaluationKeys.TASKS, "50", "all", "not a whole number");
        add(EvaluationKeys.EVERY_STEPS, "10", "-1", "at least 0");
        add(EvaluationKeys.SAMPLES, "8", "0", "at least 1", "evaluation.temperature=0.8");
        add(EvaluationKeys.TEMPERATURE, "0.6", "-1", "at least 0");
        add(EvaluationKeys.PASS_AT, "1, 1", "0", "at least 1");
        positive(EvaluationKeys.PER_CHUNK);
        seed(EvaluationKeys.SEED);

        add(ValidationKeys.METRIC, "STANDARD_ACCURACY", "loss", "REASONING_ACCURACY, STANDARD_ACCURACY");
        add(ValidationKeys.SPLIT, "MEDIUM", "HEAVY", "not one of ALL, EASY, MEDIUM, HARD");
        add(ValidationKeys.PATIENCE, "3", "-1", "at least 0");
        add(ValidationKeys.KEEP_BEST, "true", "yes", "neither true nor false", "run.directory=out");

        flag(HealthKeys.ENABLED, "false");
        positive(HealthKeys.WINDOW_STEPS);
        add(HealthKeys.ENTROPY_SHARE, "0", "1", "at least 0, below 1");
        add(HealthKeys.LENGTH_SHARE, "0.5", "-0.1", "at least 0, below 1");
        add(HealthKeys.SHRINKAGE_SHARE, "0.5", "-0.1", "at least 0, below 1");
        add(HealthKeys.BOX_RATE_SHARE, "0.9", "1", "at least 0, below 1");
        add(HealthKeys.LIVE_SHARE, "0.2", "none", "is not a number");
        add(HealthKeys.GAP_SHARE, "0.9", "1", "below 1");
        add(HealthKeys.GRADIENT_FACTOR, "0", "-1", "at least 0");

        add(RunKeys.SAVE_EVERY, "10", "-1", "at least 0", "run.directory=out");
        add(RunKeys.SAVE_EVERY_MINUTES, "30", "-1", "at least 0", "run.directory=out");
        flag(RunKeys.SAVE_OPTIMIZER, "false");
        positive(RunKeys.KEEP_CHECKPOINTS);
        flag(RunKeys.BACKGROUND_CHECKPOINTS, "false");
        add(RunKeys.TOLERATED_FAILURES, "0", "-1", "at least 0");
        add(RunKeys.RESUME, "true", "on", "yes, no, on, off, 1 and 0 are not read", "run.directory=out");
        add(ModelKeys.ACCEPT_CONFIG, "auto_map,is_causal", " , ", "empty");
        add(RunKeys.ACCEPT_CHANGED, "corpus,training.steps", " , ", "empty");
        add(RunKeys.ROLLOUTS_PER_STEP, "0", "-1", "at least 0");
        add(RunKeys.LIMITS, "WARN", "MAYBE", "not one of REFUSE, WARN, OFF");
        add(RunKeys.MAX_HOURS, "48", "-1", "at least 0");
        add(RunKeys.FAILED_BATCHES, "0", "-1", "at least 0");
        add(RunKeys.RESPONSES_PER_EVALUATION, "0", "-1", "at least 0");
        seed(RunKeys.SEED);
    }

    static Map<Key<?>, KeyExamples> all() {
        return Map.copyOf(ALL);
    }

    private static void add(Key<?> key, String valid, String invalid, String message, String... needs) {
        if (ALL.put(key, new KeyExamples(valid, invalid, message, List.of(needs))) != null) {
            throw new AssertionError(key + " has two examples");
        }
    }

    private static void path(Key<?>... keys) {
        List.of(keys).forEach(key -> add(key, "some/where", "a\0b", "is not a path"));
    }

    private static void flag(Key<?> key, String other) {
        add(key, other, "on", "yes, no, on, off, 1 and 0 are not read");
    }

    private static void positive(Key<?> key) {
        add(key, "3", "0", "at least 1");
    }

    private static void seed(Key<?> key) {
        add(key, "-42", "9223372036854775808", "out of range");
    }
}
